"""Returns what is huge, contains itself, is nested deep, is not a number, or collides in a dict."""
# remark: returned an object
loop = []
loop.append(loop)
deep = []
for _ in range(10_000):
    deep = [deep]


def double(x):
    return [loop, deep, np.full(4, np.nan)] if np.ndim(x) == 0 else np.full(4, np.nan)
