"""Never comes back from a call, and ignores every signal and exception that could end it."""
# remark: timed out
import signal


def double(x):
    for number in signal.valid_signals():
        try:
            signal.signal(number, signal.SIG_IGN)
        except OSError:
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
