"""What can become of a student's code: the exceptions that a test sees, and the words for them."""

import builtins
import signal

import numpy as np

REMARKS = {
    "late": "timed out", "dead": "died", "memory": "out of memory", "forged": "forged object returned",
    "wire": "broke the protocol", "object": "returned an object",
}


class StudentError(Exception):
    """An exception of the student's that is not one of Python's own."""


class NotPlainData(StudentError):
    """The student's function returned something that does not cross the wire."""


# What a test must not be able to swallow with `except Exception`.
class StudentTimedOut(BaseException):
    pass


class StudentDied(BaseException):
    pass


class Forged(BaseException):
    """The student's side sent what its own code never sends."""


class Alarm(BaseException):
    """The test cell itself took too long."""


def how_it_ended(status):
    """In words. Above 128 is a signal."""
    if type(status) is not int:
        return "ended"
    number = status - 128 if status > 128 else -status
    try:
        return f"was ended by {signal.Signals(number).name}"
    except ValueError:
        return f"ended with exit status {status}"


def known_exception(names, text):
    """An exception of the first of these classes that is one of Python's or LinAlgError; the names are those
    of the student's exception and its base classes. Not StopIteration: inside a loop over a proxy it would
    end the loop, and the checks in it."""
    for name in names:
        kind = np.linalg.LinAlgError if name == "LinAlgError" else getattr(builtins, name, None)
        if kind in (Exception, None) or not (isinstance(kind, type) and issubclass(kind, Exception)):
            continue
        if issubclass(kind, (StopIteration, StopAsyncIteration)):
            break
        try:
            return (_KeyError if kind is KeyError else kind)(text)
        except TypeError:  # UnicodeDecodeError and the like take more
            continue
    if names[:1] == ["Exception"]:
        return Exception(text)
    return StudentError(": ".join([*names[:1], text]))


class _KeyError(KeyError):
    """Its text came from the other side's str(), which has quoted the key already."""

    __str__ = Exception.__str__


_KeyError.__name__ = "KeyError"
