"""Build the book into _build/html; any warning, broken reference or failing cell ends the build.

Usage: python tools/book.py [--project CHECKOUT] [--to FOLDER]
"""

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def build(project, output):
    """Run Jupyter Book on `project` and write `output`/_build/html. Returns (exit code, pages
    executed). Everything it prints is passed on."""
    command = [
        Path(sys.executable).with_name("jupyter-book"), "build", project / "book",
        "--config", project / "_config.yml", "--path-output", output,
        "--warningiserror", "--nitpick", "--keep-going",
    ]
    executed = []
    running = subprocess.Popen(
        command, cwd=project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    for line in running.stdout:
        print(line, end="", flush=True)
        done = re.search(r"([^/\s]+)\.md: Executed notebook", line)
        if done:
            executed.append(done[1])
    code = running.wait()
    if code:
        # A page with a warning would count as read, and pass, the next time. Executions are kept.
        shutil.rmtree(output / "_build" / ".doctrees", ignore_errors=True)
    return code, executed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--project", type=Path, default=ROOT, help="the checkout to build (default: this one)")
    parser.add_argument("--to", type=Path, default=None, help="folder for _build (default: the checkout)")
    arguments = parser.parse_args()
    output = arguments.to or arguments.project
    start = time.perf_counter()
    code, executed = build(arguments.project.resolve(), output.resolve())
    if code:
        sys.exit("The book was not built: the warnings above say what to mend.")
    page = (output / "_build" / "html" / "index.html").resolve()
    print(f"\nBuilt in {time.perf_counter() - start:.0f} s; executed {len(executed)} pages"
          f"{': ' + ', '.join(executed) if executed else ''}.")
    print(f"Open {page.as_uri()}")
    print(f"or run: python -m http.server --bind 127.0.0.1 --directory {output / '_build' / 'html'}")


if __name__ == "__main__":
    main()
