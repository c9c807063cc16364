"""Calls the test's function with what makes the test's own process work hard."""
# task: total
import gc


def total(f, n):
    huge = [10**9_000, "9" * 10**6, b"x" * 10**6, [[0] * 1000] * 100]
    for argument in [*huge, {"k": 1}, float("nan"), None, loop]:
        try:
            f(argument)
        except Exception:
            pass
    return "45"


loop = []
loop.append(loop)
