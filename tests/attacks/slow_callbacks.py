"""Calls the function it is given for ever, with the largest arguments it can send."""
# task: total
# remark: timed out


def total(f, n):
    while True:
        f(np.ones(2**18))
