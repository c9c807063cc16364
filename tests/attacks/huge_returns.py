"""Returns a terabyte that is one number, an integer of 100,000 digits, and a dict whose keys collide."""
# remark: returned an object


def double(x):
    if np.ndim(x) == 0:
        return {k * (2**61 - 1): np.broadcast_to(0.0, (10**6, 10**6)) for k in range(9_000)}
    return 10**100_000
