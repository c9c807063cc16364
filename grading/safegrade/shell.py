"""An IPython shell without a kernel: it runs cells and collects their outputs as nbformat wants them.

Both sides use it, so that magics, plots, prints and tracebacks look as they do in a notebook.
"""

import base64
import io
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from . import tracebacks

RUN_CELL = InteractiveShell.run_cell  # a cell that replaces it does not take the later cells with it
MAX_OUTPUT = 2**20  # characters of text a cell; what comes after is dropped


class Stream(io.TextIOBase):
    """stdout or stderr of a cell, in order with its other outputs."""

    def __init__(self, shell, name):
        self.shell, self.name = shell, name

    def writable(self):
        return True

    def write(self, text):
        text = str(text)
        left = MAX_OUTPUT - self.shell.written
        if left > 0:
            last = self.shell.outputs[-1] if self.shell.outputs else {}
            if last.get("name") != self.name:
                last = {"output_type": "stream", "name": self.name, "text": []}
                self.shell.outputs.append(last)
            last["text"].append(text[:left])
            if len(text) > left:
                last["text"].append("\n... output cut short ...\n")
            self.shell.written += len(text)
        return len(text)


class Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **ignored):
        self.shell.show("display_data", data, metadata)

    def clear_output(self, wait=False):
        self.shell.outputs.clear()


class Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.show("execute_result", format_dict, md_dict)

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    compiler_class = Type(tracebacks.Compiler)
    display_pub_class = Type(Publisher)
    displayhook_class = Type(Hook)
    plots = True  # whether to warm up for them

    def __init__(self):
        self.outputs, self.written = [], 0
        # no history: it would keep a database and a thread, and a process with threads must not fork
        super().__init__(config=Config(
            HistoryManager={"enabled": False}, InteractiveShell={"autoindent": False}))
        InteractiveShell._instance = self  # what get_ipython() finds
        Shell._instance = self

    def enable_gui(self, gui=None):
        pass

    def show(self, kind, data, metadata=None):
        data = {mime: base64.b64encode(item).decode() if isinstance(item, bytes) else item
                for mime, item in data.items()}
        self.outputs.append({"output_type": kind, "data": data, "metadata": metadata or {}})

    def _showtraceback(self, etype, evalue, stb):
        self.outputs.append({
            "output_type": "error", "ename": getattr(etype, "__name__", str(etype)), "evalue": str(evalue),
            "traceback": self.edit_traceback(evalue, list(stb)),
        })

    def edit_traceback(self, error, entries):
        return entries

    def _format_exception_for_storage(self, *arguments, **named):
        """IPython formats every error once more, to keep it: half of the time that a failed test takes."""
        return {}

    def run(self, source, count):
        """Run one cell as number `count`. Returns whether it ended well; outputs are left to `take`."""
        self.execution_count, self.outputs, self.written = count, [], 0
        stdout, stderr = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = Stream(self, "stdout"), Stream(self, "stderr")
        try:
            return RUN_CELL(self, source, store_history=True).success
        finally:
            sys.stdout, sys.stderr = stdout, stderr

    def warm_up(self):
        """Load what the first traceback and the first plot load, half a second each: forks have it then."""
        tracebacks.quicken()
        self.run("1/0", 0)
        if self.plots and "matplotlib.pyplot" in sys.modules:
            self.run("%matplotlib inline\nimport matplotlib.pyplot as p\n"
                     "p.plot([0, 1])\np.title('x')\np.show()\ndel p", 0)
        self.take()

    def take(self):
        """The outputs since the last `take`."""
        taken, self.outputs = self.outputs, []
        for output in taken:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return taken
