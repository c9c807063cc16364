"""Raises what could end a test as if it had passed: exits, interrupts, the end of an iteration."""


class StudentDied(BaseException):
    pass


def double(x):
    raise SystemExit(0) if np.ndim(x) == 0 else StudentDied()
