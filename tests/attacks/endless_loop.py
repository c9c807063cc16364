"""Never comes back from a call."""
# remark: timed out


def double(x):
    while True:
        pass
