"""The student's side of the wire: it runs the student's cells and answers the calls of the tests.

This process is the student's: nothing it says is believed for more than what it is, data that somebody
sent. Whatever is done here to be helpful (plain messages, tidy tracebacks) can be undone by the student's
code, and then only the student is worse off.
"""

import builtins
import os
import re
import signal
import sys
import time

from .shell import Stream
from .wire import Channel, WireError, encode

ENDED = 37  # not 0: a student's exit(0) is not the end of a test
HERE = os.path.dirname(__file__) + os.sep
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
FRAME = re.compile(r"\s*(?:Cell In\[|File )")


class Student:
    def __init__(self, shell):
        self.shell, self.channel, self.tracebacks = shell, None, 0
        self.folder = ""  # without a sandbox, what it writes is here
        self.contained = False  # whether a process namespace is this process's own

    def serve(self, connection):
        """Cells and tests, one at a time, until the examiner hangs up. Processes that a cell or a task's
        tests leave behind do not live on: they could eat what a later task needs."""
        self.channel = Channel(connection)
        while True:
            if self.contained:
                self.kill_the_others()
            kind, *rest = self.channel.receive()
            if kind == "file":
                self.write(*rest)
            elif kind == "cell":
                self.shell.run(*rest)
                self.channel.send(("done", self.outputs()))
            elif kind == "test":
                self.test_in_a_child(*rest)

    def kill_the_others(self):
        try:
            os.kill(-1, signal.SIGKILL)  # all in this namespace but this one and the supervisor
        except ProcessLookupError:
            pass

    def fork(self):
        """A fork that waits while processes that were killed still count towards the limit."""
        until = time.monotonic() + 2
        while True:
            try:
                return os.fork()
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    def write(self, path, content):
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)

    def test_in_a_child(self, names, count):
        """A fork for tests that follow each other and ask for the same names, a task's as a rule: what their
        calls do to the student's variables ends with them."""
        child = self.fork()
        if child == 0:
            try:
                more = [names, count]
                while more:
                    self.test(*more)
                    _, *more = self.channel.receive()  # a test of the same names, or that it is over
                os._exit(ENDED)
            finally:
                os._exit(70)
        try:
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        except KeyboardInterrupt:  # the next cell waits: the tests are over, and their process will not go
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        if status != ENDED:
            self.channel.send(("died", status))

    def test(self, names, count):
        sys.stdout, sys.stderr = Stream(self.shell, "stdout"), Stream(self.shell, "stderr")
        self.shell.take()
        self.shell.execution_count, self.shell.written, self.tracebacks = count, 0, 0
        self.channel.send(("names", {name: self.offer(name) for name in names if name in self.shell.user_ns}))
        while True:
            message = self.channel.receive(self.callback)
            if message[0] == "end":
                self.shell.events.trigger("post_execute")  # shows figures that were drawn in a call
                self.channel.send(("ended", self.outputs()))
                return
            self.call(*message[1:])

    def offer(self, name):
        value = self.shell.user_ns[name]
        if callable(value):
            return ("function",)
        try:
            return ("value", encode(value))
        except WireError as error:
            return ("unsendable", str(error))

    def call(self, name, arguments, named):
        try:
            value = self.shell.user_ns[name](*arguments, **named)
        except BaseException as error:
            self.channel.send(("raise", *self.describe(error), self.outputs()))
            return
        try:
            answer = ("return", encode(value))
        except WireError as error:
            answer = ("unsendable", str(error))
        self.channel.send((*answer, self.outputs()))

    def callback(self, number):
        """What stands here for a function that the test handed over."""

        def function(*arguments, **named):
            try:
                self.channel.send(("callback", number, arguments, named))
            except WireError as error:
                told = f"the function you were given was called with something that {error}"
                raise TypeError(told) from None
            message = self.channel.receive(self.callback)
            while message[0] == "call":  # the test's function may call the student's
                self.call(*message[1:])
                message = self.channel.receive(self.callback)
            if message[0] == "value":
                return message[1]
            raise _known_exception(*message[1:])

        return function

    def describe(self, error):
        names = [kind.__name__ for kind in type(error).__mro__[:10]]  # a test may catch any of them
        text = str(error)
        self.tracebacks += 1
        if self.tracebacks > 20:  # a traceback takes longer to write than a test to run
            return names, text, []
        try:
            frames = self.shell.InteractiveTB.structured_traceback(
                type(error), error, error.__traceback__, tb_offset=1)
        except Exception:
            frames = []
        theirs = [entry for entry in frames if FRAME.match(COLOUR.sub("", entry)) and HERE not in entry]
        return names, text, theirs

    def outputs(self):
        found = self.shell.take()
        try:
            encode(found)
        except WireError as error:
            return [{"output_type": "stream", "name": "stderr", "text": f"An output was lost: it {error}.\n"}]
        return found


def _known_exception(name, text):
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        return kind(text)
    return RuntimeError(f"{name}: {text}")
