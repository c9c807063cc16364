"""Asks for more memory than there is, at once and piece by piece."""
# remark: out of memory


def double(x):
    if np.ndim(x) == 0:
        return np.ones(10**12)
    return [np.ones(2**25) for _ in range(10_000)]
