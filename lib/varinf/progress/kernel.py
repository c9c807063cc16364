"""A notebook's code cells, run in a fresh kernel, whatever they do."""

import queue
import re
import subprocess
import time

from .cells import Trouble, kind, marks

NAME = "python3"
STARTING, STOPPING = 60, 5  # seconds for a kernel to begin, and to heed an interrupt


class KernelDied(Exception):
    pass


def run(cells, folder, time_limit, shown):
    """Run the code cells in order. Returns ({place: outputs}, {place: what went wrong outside Python},
    remarks). A cell that kills the kernel, or can't be stopped, is left out; those before it run again in a
    new kernel, without the checks that are known, so that later tasks keep their points."""
    outputs, errors, remarks = {}, {}, []
    code = [place for place, cell in enumerate(cells) if cell.cell_type == "code" and cell.source.strip()]
    reached = 0
    while reached < len(code):
        with Kernel(folder) as kernel:
            for turn, place in enumerate(code):
                known = turn < reached and kind(cells[place])
                if known or place in errors or kind(cells[place]) == "hidden":
                    continue
                shown(f"cell {turn + 1} of {len(code)}")
                try:
                    outputs[place], stopped = kernel.run(cells[place].source, time_limit)
                except KernelDied:
                    errors[place] = "The kernel died here."
                except TimeoutError:
                    errors[place] = f"Stopped after {time_limit:g} seconds, and would not stop by itself."
                else:
                    if stopped:
                        said = f"Stopped after {time_limit:g} seconds: a loop that never ends?"
                        if kind(cells[place]):
                            errors[place] = said
                        else:
                            remarks.append(f"cell {place + 1}: {said}")
                    _complain_of_missing_package(cells[place], outputs[place], remarks)
                    continue
                if not kind(cells[place]):
                    remarks.append(f"cell {place + 1}: {errors[place]}")
                reached = max(reached, turn + 1)
                break
            else:
                reached = len(code)
    return outputs, errors, list(dict.fromkeys(remarks))


def _complain_of_missing_package(cell, outputs, remarks):
    """A package that the assignment's own cells need and that is not there is the notebook's Trouble; one
    that only a cell of the student's needs is a remark."""
    for output in outputs:
        if output.output_type == "error" and output.ename == "ModuleNotFoundError":
            found = re.search(r"No module named '([^']+)'", output.evalue)
            name = found[1].partition(".")[0] if found else "a package"
            said = f"{name} is not installed: python -m pip install {name}"
            if marks(cell).get("locked") and not kind(cell):
                raise Trouble(said)
            remarks.append(said)


class Kernel:
    """A fresh kernel of this Python, working in `folder`."""

    def __init__(self, folder):
        from jupyter_client.kernelspec import NoSuchKernel
        from jupyter_client.manager import start_new_kernel

        try:
            self.manager, self.client = start_new_kernel(
                startup_timeout=STARTING, kernel_name=NAME, cwd=str(folder.resolve()),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # remarks of the kernel's own
        except NoSuchKernel:
            raise Trouble("no Python kernel: python -m pip install ipykernel") from None
        except Exception as error:  # a kernel that dies at once, a port that is taken, ...
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise Trouble(f"the kernel does not start: {reason}") from None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, source, time_limit):
        """(outputs, whether it had to be interrupted). Raises KernelDied, or TimeoutError if it heeds no
        interrupt."""
        asked = self.client.execute(source, allow_stdin=False)
        outputs, stopped, end = [], False, time.monotonic() + time_limit
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                if not self.manager.is_alive():
                    raise KernelDied() from None
                message = None
            if time.monotonic() > end:
                if stopped:
                    raise TimeoutError
                self.manager.interrupt_kernel()
                stopped, end = True, time.monotonic() + STOPPING
            if message is None or message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return outputs, stopped
            self._keep(message, outputs)

    def _keep(self, message, outputs):
        from nbformat.v4 import output_from_msg

        # what a check is judged by; a flood of text is not among it
        wanted = message["msg_type"] in ("error", "execute_result")
        warned = message["msg_type"] == "stream" and message["content"]["name"] == "stderr"
        if wanted or (warned and len(outputs) < 50):
            outputs.append(output_from_msg(message))
