"""The examiner: runs the instructor's cells here, has the student's run in the sandbox, judges plain data.

A test cell finds the names that trusted cells bind, as they were bound here. Only a name that no trusted
cell and no builtin binds comes from the student: a function as a proxy that calls over the wire, anything
else as a copy, taken when the test starts. No object of the student's ever lives in this process.
"""

import builtins
import os
import resource
import signal
import time

from .calls import CallLog
from .errors import (
    REMARKS, Alarm, Forged, NotPlainData, StudentDied, StudentTimedOut, how_it_ended, known_exception,
)
from .names import is_python, names_bound, names_loaded
from .outputs import clean
from .shell import MAX_OUTPUT, Shell
from .wire import Channel, Closed, Late, WireError, decode, encode

MAX_CALLBACKS = 100_000  # a test cell
GRACE = 2.0  # seconds a cell has to end after Ctrl-C
HERE = os.path.dirname(__file__) + os.sep


class StudentFunction:
    """What a test calls in place of the student's function."""

    def __init__(self, examiner, name):
        self._examiner, self.__name__ = examiner, name

    def __call__(self, *arguments, **named):
        return self._examiner.call(self.__name__, arguments, named)

    def __repr__(self):
        return f"<the student's {self.__name__}>"


class TrustedShell(Shell):
    error = None  # the last one shown
    plots = False  # a test that draws is rare

    def edit_traceback(self, error, entries):
        """Show the student's frames in the place of this package's."""
        self.error = error
        theirs = getattr(error, "student_frames", [])
        kept = [entry for entry in entries if HERE not in entry]
        return kept[:-1] + theirs + kept[-1:] if theirs else kept

    def transform_cell(self, source):
        """Plain Python needs no look for magics at each of its words."""
        if is_python(source) and not self.input_transformers_post:
            return source + "\n"
        return super().transform_cell(source)


class Examiner:
    """One submission. `job` is described in slot.py; `report` is called with each code cell's result."""

    def __init__(self, job, shell, sandbox, report):
        self.cells, self.job, self.report = job["cells"], job, report
        self.shell, self.sandbox = shell, sandbox
        self.end = time.monotonic() + job["total_limit"]
        self.channel = None
        self.done = 0  # cells before this one have run in the current sandbox
        self.tested = None  # the names that the test before asked for, if its process still stands
        self.broken = {}  # cells that must not be replayed: they hang or kill
        self.functions, self.fate, self.callbacks = [], None, 0
        # of the test that runs: its verdict, how much it has shown, its calls
        self.passed, self.shown, self.log = False, 0, None
        self.bound = set()  # names that trusted cells bind
        self.student_seconds = 0.0

    def run(self):
        signal.signal(signal.SIGALRM, _alarm)
        try:
            for source in self.job["missing"]:  # locked cells that the student deleted
                self.bound |= names_bound(source)
                self.shell.run(source, 0)
            for place, cell in enumerate(self.cells):
                self.remark = None
                kind = cell["kind"]
                if kind == "test":
                    outputs = self.test(place)
                elif kind == "locked":
                    self.student_cell(place)
                    outputs = self.trusted_cell(place)
                else:
                    outputs = self.student_cell(place)
                if kind == "test":  # said apart from what is shown
                    outputs = clean(outputs, trusted=True) + self.calls_shown()
                    self.report(place, outputs, self.remark, not self.passed)
                else:
                    self.report(place, clean(outputs), self.remark, False)
        finally:
            self.stop()

    def trusted_cell(self, place):
        self.bound |= names_bound(self.cells[place]["source"])
        self.shell.run(self.cells[place]["source"], place + 1)
        return self.shell.take()

    # ------------------------------------------------------------------ the student's cells

    def student_cell(self, place):
        if self.time_left() <= 0:
            return [self.failure("late", "Not run: the time for the whole notebook was used up.")]
        self.catch_up(place)
        outputs = self.run_there(place)
        names = {output.get("ename") for output in outputs if isinstance(output, dict)}
        if "MemoryError" in names:
            self.remark = self.remark or REMARKS["memory"]
        return outputs

    def catch_up(self, place):
        """See to it that a sandbox stands where all cells before `place` have run."""
        if self.channel is None:
            self.channel, self.done = Channel(self.sandbox.start()), 0
            for path, content in self.job["files"].items():
                self.send_quietly(("file", path, content))
        while self.done < place:
            remark = self.remark
            self.run_there(self.done)
            self.remark = remark  # it was made when the cell first ran
            if self.channel is None:
                return self.catch_up(place)

    def run_there(self, place):
        """Run one cell in the sandbox, unless it is a test or is known to break it."""
        self.done = place + 1
        if self.cells[place]["kind"] == "test" or place in self.broken:
            return self.broken.get(place, [])
        started = time.monotonic()
        try:
            return self.ask_cell(place)
        except Late:
            self.kill()
            seconds = time.monotonic() - started
            told = self.failure("late", f"Stopped after {seconds:.0f} s: the limit is reached.")
        except Closed:
            told = self.failure("dead", f"The process that ran this cell {self.kill(ended=True)}.")
        except (WireError, Forged) as error:
            self.kill()
            told = self.failure("wire", f"This cell interfered with the grading: {error}.")
        finally:
            self.student_seconds += time.monotonic() - started
        self.broken[place] = [told]
        return [told]

    def ask_cell(self, place):
        self.leave_tests()
        self.set_deadline()
        self.channel.send(("cell", self.cells[place]["source"], place + 1))
        try:
            return self.done_outputs(self.channel.receive())
        except Late:
            self.remark = REMARKS["late"]
            self.sandbox.interrupt()
        self.channel.deadline = time.monotonic() + GRACE
        outputs = self.done_outputs(self.channel.receive())
        self.broken[place] = outputs  # a replay would wait for the limit again
        return outputs

    def done_outputs(self, reply):
        if isinstance(reply, tuple) and len(reply) == 2 and reply[0] == "done" and isinstance(reply[1], list):
            return reply[1]
        raise Forged("it sent a reply of its own")

    # ------------------------------------------------------------------ test cells

    def test(self, place):
        cell = self.cells[place]
        loaded, binds = names_loaded(cell["source"]), names_bound(cell["source"])
        self.bound |= binds
        # what is in the namespace is trusted too, though nobody can see what `import *` binds
        names = sorted(loaded - self.bound - set(dir(builtins)) - self.shell.user_ns.keys())
        self.fate, self.functions, self.callbacks, self.passed, self.shown = None, [], 0, False, 0
        self.log, self.shell.error = CallLog(self.shell.user_ns, cell["source"]), None
        if self.time_left() <= 0:
            return [self.failure("late", "Not run: the time for the whole notebook was used up.")]
        # what the test finds under its names comes from the student's cells above it
        self.catch_up(place)
        self.done = place + 1
        self.set_deadline()
        signal.setitimer(signal.ITIMER_REAL, self.channel.deadline - time.monotonic() + GRACE)
        try:
            try:
                self.shell.user_ns.update(self.offered(names, place))
            except (StudentTimedOut, StudentDied, Forged) as fate:
                return [self.failure_of(fate)]
            ended_well = self.shell.run(cell["source"], place + 1)
            self.end_test()
        except Alarm:  # between the cell and here
            ended_well = False
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for name in names:
                self.shell.user_ns.pop(name, None)
        outputs = self.shell.take()
        if self.fate is not None:  # also where the test swallowed it
            outputs = [o for o in outputs if o["output_type"] != "error"] + [self.failure_of(self.fate)]
        elif not ended_well:
            errors = [output for output in outputs if output["output_type"] == "error"]
            if not errors:
                outputs.append(self.failure("late", "The test was stopped."))
            elif errors[-1]["ename"] == "Alarm":
                self.remark = REMARKS["late"]
        self.passed = ended_well and self.fate is None
        return outputs

    def calls_shown(self):
        """The calls behind a failed test, as an output. To show them must not cost the test's mark."""
        try:
            return [] if self.passed or self.log is None else self.log.output(self.shell.error)
        except Exception:
            return []

    def leave_tests(self):
        """End the process of the tests before, and with it what they did to the student's variables. Only a
        test of the same names goes on in it: a task's visible and its hidden check, as a rule."""
        if self.tested is not None:
            self.send_quietly(("over",))
            self.tested = None

    def offered(self, names, place):
        """What the student's namespace has under these names: proxies and copies."""
        if self.tested != names:
            self.leave_tests()
        reply = self.ask(("test", names, place + 1))
        self.tested = names
        found = {}
        if reply[0] != "names" or len(reply) != 2 or not isinstance(reply[1], dict):
            raise self.give_up(Forged("it sent a reply of its own"))
        for name, offer in reply[1].items():
            if name not in names or not isinstance(offer, tuple) or not offer:
                raise self.give_up(Forged("it offered what nobody asked for"))
            if offer[0] == "function":
                found[name] = StudentFunction(self, name)
            elif offer[0] == "value" and len(offer) == 2:
                found[name] = self.value(offer[1])
        return found

    def call(self, name, arguments, named):
        """Call the student's function: plain data over, plain data or an exception back."""
        if self.fate is not None:
            raise self.fate
        held = len(self.functions)
        try:
            message = encode(("call", name, arguments, named), self.functions)
        except WireError as error:
            raise TypeError(f"{name} was called with something that {error}") from None
        logged, started = self.log.add(message), time.monotonic()
        try:
            reply = self.ask(message)
            while reply[0] == "callback":
                reply = self.ask(self.call_back(*reply[1:]))
            value = self.answer(name, reply)
            logged.returns(reply[1])
            return value
        except Exception as error:
            logged.raises(error)
            raise
        finally:
            del self.functions[held:]
            self.student_seconds += time.monotonic() - started

    def call_back(self, *request):
        """The student's function calls a function it was given. Returns the message that answers it."""
        self.callbacks += 1
        try:
            number, arguments, named = request
            function = self.functions[number] if type(number) is int and number >= 0 else None
            if type(arguments) is not tuple or type(named) is not dict or function is None:
                raise ValueError
        except (ValueError, IndexError):
            raise self.give_up(Forged("it called a function it was not given")) from None
        if self.callbacks > MAX_CALLBACKS:
            told = f"it called the test's function more than {MAX_CALLBACKS} times"
            raise self.give_up(StudentTimedOut(told))
        try:
            return encode(("value", function(*arguments, **named)))
        except WireError as error:
            return encode(("raise", "TypeError", f"the test's function returned something that {error}"))
        except Exception as error:
            return encode(("raise", type(error).__name__, str(error)[:2000]))

    def answer(self, name, reply):
        kind, *rest = reply
        if kind == "return" and len(rest) == 2:
            self.add_outputs(rest[1])
            return self.value(rest[0])
        if kind == "unsendable" and len(rest) == 2 and isinstance(rest[0], str):
            self.add_outputs(rest[1])
            self.remark = self.remark or REMARKS["object"]
            raise NotPlainData(f"{name} must return plain data; what it returned {rest[0][:300]}")
        told = len(rest) == 4 and isinstance(rest[0], list) and rest[0] and isinstance(rest[1], str)
        if kind == "raise" and told:
            self.add_outputs(rest[3])
            names = [str(name)[:100] for name in rest[0][:10] if isinstance(name, str)]
            if "MemoryError" in names:
                self.remark = self.remark or REMARKS["memory"]
            error = known_exception(names, rest[1][:10_000])
            if isinstance(rest[2], list):
                error.student_frames = [str(entry)[:20_000] for entry in rest[2][:50]]
            raise error
        if kind == "died" and len(rest) == 1:
            raise self.give_up(StudentDied(how_it_ended(rest[0])))
        raise self.give_up(Forged("it sent a reply of its own"))

    def ask(self, message):
        """Send, and receive one tuple that begins with a word."""
        try:
            if isinstance(message, tuple):
                message = encode(message)
            self.channel.send_bytes(message)
            reply = self.channel.receive()
        except Late:
            raise self.give_up(StudentTimedOut(f"no answer within {self.job['time_limit']:g} s")) from None
        except Closed:
            raise self.give_up(StudentDied(self.kill(ended=True))) from None
        except WireError as error:
            raise self.give_up(Forged(f"it sent a reply of its own: {error}")) from None
        if not isinstance(reply, tuple) or not reply or not isinstance(reply[0], str):
            raise self.give_up(Forged("it sent a reply of its own"))
        return reply

    def value(self, raw):
        try:
            if not isinstance(raw, bytes):
                raise WireError("no message")
            return decode(raw)
        except WireError as error:
            raise self.give_up(Forged(f"it sent a value of its own: {error}")) from None

    def end_test(self):
        """Collect what is left to show. The mark stands, whatever the student's side does now."""
        if self.channel is None:
            return
        try:
            self.channel.deadline = time.monotonic() + GRACE
            self.channel.send(("end",))
            reply = self.channel.receive()
            if isinstance(reply, tuple) and len(reply) == 2 and reply[0] == "ended":
                self.add_outputs(reply[1])
                return
        except (Late, Closed, WireError):
            pass
        self.kill()

    def add_outputs(self, outputs):
        """What the student's code printed or drew during a call. It cannot pass for the test's own result."""
        if isinstance(outputs, list):
            shown = [output for output in outputs if isinstance(output, dict)
                     and output.get("output_type") in ("stream", "display_data")]
            for output in clean(shown):
                self.shown += len(str(output.get("text", output.get("data"))))
                if self.shown < 4 * MAX_OUTPUT:
                    if output["output_type"] == "stream":
                        output["text"] = [output["text"]]
                    self.shell.outputs.append(output)

    # ------------------------------------------------------------------ ends

    def give_up(self, fate):
        """No more calls in this test: the sandbox is gone. Returns the exception to raise."""
        self.fate = self.fate or fate
        self.kill()
        return self.fate

    def kill(self, ended=False):
        """Kill the sandbox, if it stands. Returns how the student's process had ended, in words."""
        if self.channel is None:
            return "is gone"
        self.channel.socket.close()
        self.channel = self.tested = None
        return how_it_ended(self.sandbox.stop(ended))

    def stop(self):
        self.kill()

    def send_quietly(self, message):
        try:
            self.set_deadline()
            self.channel.send(message)
        except (Late, Closed):  # the next cell will tell
            pass

    def set_deadline(self):
        self.channel.deadline = min(time.monotonic() + self.job["time_limit"], self.end)

    def time_left(self):
        return self.end - time.monotonic()

    def failure(self, kind, text):
        name = {"late": "StudentTimedOut", "dead": "StudentDied"}.get(kind, "Forged")
        self.remark = REMARKS[kind]
        return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}

    def failure_of(self, fate):
        kind = {StudentTimedOut: "late", StudentDied: "dead"}.get(type(fate), "wire")
        text = {"late": "Your code took too long: {}.", "dead": "The process with your code {}."}.get(
            kind, "Your code interfered with the grading: {}.").format(fate)
        return self.failure(kind, text)


def _alarm(number, frame):
    raise Alarm("the test took too long")


def examine(job, shell, sandbox, report):
    """Run one submission, reporting cell by cell; the caller has forked this process for it."""
    resource.setrlimit(resource.RLIMIT_DATA, (job["memory"] + 2**30,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    examiner = Examiner(job, shell, sandbox, report)
    started = time.monotonic()
    examiner.run()
    return {"seconds": time.monotonic() - started, "student_seconds": examiner.student_seconds}
