"""Kill the grader again and again: in the end the gradebook is that of a run that nobody disturbed.

    python tests/grading/safe/kills.py --kills 20 --submissions 60

Exit status 0 if nothing was lost, nothing was graded twice with another result, and no process was left
alive.
"""

import argparse
import ctypes
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # for `course`, when run as a command
import small  # noqa: E402

KINDS = {  # what is handed in, one after the other
    "right": {},
    "wrong": {"double": "def double(x):\n    return 3 * x"},
    "prints": {"spread": small.HONEST["spread"] + "\n\n\nprint(spread(np.arange(3)))"},
    "crashes": {"total": "import os\n\n\ndef total(f, n):\n    os._exit(3)"},
    "empty": {name: "" for name in small.STUBS},
}
PR_SET_CHILD_SUBREAPER = 36
GRACE = 10  # seconds that the kernel and a busy machine may take to end what a killed grader leaves


def hand_in(course, submissions):
    notebooks = {kind: small.filled(course, **answers) for kind, answers in KINDS.items()}
    for number in range(submissions):
        kind = list(KINDS)[number % len(KINDS)]
        small.hand_in(course, f"s{number:03}-{kind}", notebooks[kind])


def command(*options):
    return [sys.executable, "-m", "safegrade.cli", small.ASSIGNMENT,
            "--time-limit", "60", "--workers", "2", *options]


def run(course):
    done = subprocess.run(command(), cwd=course, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise RuntimeError(f"the grader failed:\n{done.stdout}\n{done.stderr}")


def kill_after(course, seconds, submissions=0):
    """Start the grader and kill it so many seconds after it has graded so many more submissions. Returns
    whether it was still running, and the processes it left alive."""
    goal = graded(course) + submissions
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans become children of this process
    mine = set(psutil.Process().children(recursive=True))
    grader = subprocess.Popen(command(), cwd=course, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    while grader.poll() is None and graded(course) < goal:
        time.sleep(0.01)
    try:
        grader.wait(seconds)
        killed = False
    except subprocess.TimeoutExpired:
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        killed = True
    until = time.monotonic() + GRACE
    while time.monotonic() < until:
        left = [process for process in psutil.Process().children(recursive=True) if process not in mine]
        for process in left:
            try:
                os.waitpid(process.pid, os.WNOHANG)  # an orphan that has ended is ours to bury
            except ChildProcessError:
                pass
        left = [process for process in left if alive(process)]
        if not left:
            break
        time.sleep(0.05)
    return killed, left


def alive(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def graded(course):
    return len(list(course.glob("autograded/[!.]*/*")))


def gradebook(course):
    """Every row of every table, generated ids replaced by what they stand for: names."""
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        tables = {name: connection.execute(f"select * from {name}").fetchall() for name in names}
        foreign, unique = {}, {}
        for name in names:
            keys = connection.execute(f"pragma foreign_key_list({name})").fetchall()
            foreign[name] = {row["from"]: row["table"] for row in keys}
            indices = [row["name"] for row in connection.execute(f"pragma index_list({name})")]
            unique[name] = {row["name"] for index in indices
                            for row in connection.execute(f"pragma index_info({index})")}
    rows = {name: {row["id"]: row for row in table if "id" in row.keys()} for name, table in tables.items()}

    def value(table, row, column):
        if column in foreign[table] and row[column] is not None:
            return key(foreign[table][column], row[column])
        generated = column == "id" and len(str(row[column])) == 32
        return None if generated else row[column]

    def key(table, identity):
        row = rows[table][identity]
        natural = [column for column in row.keys() if column == "id" or column in unique[table]]
        return tuple(value(table, row, column) for column in natural)

    def whole(table, row):
        return tuple(value(table, row, column) for column in row.keys())

    return {table: sorted((whole(table, row) for row in found), key=repr) for table, found in tables.items()}


def notebooks(course):
    """What lies under autograded/, the notebooks without the ids of their cells."""
    found = {}
    for path in sorted(course.glob("autograded/**/*")):
        content = path.read_bytes() if path.is_file() else None
        if path.suffix == ".ipynb":
            content = json.loads(content)
            for cell in content["cells"]:
                del cell["id"]
        found[str(path.relative_to(course))] = content
    return found


def remarks(course):
    """The last word on every student in the journal."""
    lines = (course / "reports" / small.ASSIGNMENT / "outcomes.jsonl").read_text().splitlines()
    last = {entry["student"]: entry for entry in map(json.loads, filter(None, lines))}
    return {student: (entry["remarks"], entry["needs_human"]) for student, entry in last.items()}


def differences(one, other):
    """Names of what differs between two courses that were graded."""
    found = [f"table {name}" for name, rows in gradebook(one).items() if rows != gradebook(other)[name]]
    ours, theirs = notebooks(one), notebooks(other)
    found += sorted(path for path in ours.keys() | theirs.keys() if ours.get(path, 0) != theirs.get(path, 0))
    return found + ["the remarks"] * (remarks(one) != remarks(other))


def trial(course, kills, seed=None, say=lambda text: None):
    """Grade a course's submissions and, undisturbed, a copy's, killing the first grader `kills` times.
    Returns complaints."""
    rng, submissions = random.Random(seed), len(list((course / "submitted").iterdir()))
    calm = shutil.copytree(course, course.with_name("calm"))
    started = time.monotonic()
    first = subprocess.Popen(command(), cwd=calm, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while first.poll() is None and not graded(calm):
        time.sleep(0.01)
    setting_up = time.monotonic() - started
    if first.wait():
        return ["the undisturbed run failed"]
    total = time.monotonic() - started
    say(f"undisturbed: {total:.0f} s, of which {setting_up:.0f} s before the first submission was done")
    complaints, done = [], 0
    while done < kills:
        # half of the kills at any point of starting up, the others where submissions are graded
        share = max(1, round(2 * submissions / kills))
        more, delay = 0, rng.uniform(0, setting_up)
        if done % 2:
            more, delay = rng.randint(1, share), rng.uniform(0, 2 * (total - setting_up) / submissions)
        killed, left = kill_after(course, delay, more)
        done += killed
        how = "killed" if killed else "ended"
        say(f"{how} {delay:.2f} s after {more} submissions; {graded(course)} graded")
        if left:
            complaints.append(f"left alive: {[process.cmdline() for process in left]}")
            for process in left:
                process.kill()
        if not killed:  # all was graded before the last kill: begin again with what remains of the kills
            shutil.rmtree(course / "autograded")
    run(course)
    return complaints + [f"differs: {name}" for name in differences(calm, course)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--seed", type=int, help="of the random points (default: other ones each time)")
    options = parser.parse_args()
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        course = small.make(Path(folder, "course"))
        hand_in(course, options.submissions)
        complaints = trial(course, options.kills, options.seed, say=lambda text: print(text, flush=True))
    for complaint in complaints:
        print(complaint)
    print(f"{options.kills} kills, {options.submissions} submissions: "
          + (f"{len(complaints)} complaints" if complaints else "nothing lost, nothing left alive"))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
