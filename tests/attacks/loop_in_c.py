"""A call into C code that does not look at signals for years."""
# remark: timed out


def double(x):
    return (10**9) ** (10**9)
