"""What a run shows: a progress bar, and the table of outcomes."""

import json
import sys
import time


class Progress:
    """A bar on stderr, where that is a terminal: counts and the time left."""

    def __init__(self, total):
        self.total, self.done, self.started, self.shown = total, 0, time.monotonic(), sys.stderr.isatty()
        self.draw()

    def step(self):
        self.done += 1
        self.draw()

    def draw(self):
        if not self.shown:
            return
        passed = time.monotonic() - self.started
        left = f"{passed / self.done * (self.total - self.done):.0f} s left" if self.done else "starting"
        full = 30 * self.done // self.total
        bar = "#" * full + "." * (30 - full)
        print(f"\r{bar} {self.done}/{self.total}  {left:<16}", end="", file=sys.stderr, flush=True)

    def close(self):
        if self.shown:
            print(file=sys.stderr)


def table(outcomes):
    rows = [("student", "score", "time", "remarks")]
    for outcome in outcomes:
        score = "-"
        if outcome.score is not None:
            score = f"{outcome.score:g}/{outcome.max_score:g}" + " +" * outcome.manual
        seconds = "graded before" if outcome.skipped else f"{outcome.seconds:.1f} s"
        rows.append((outcome.student, score, seconds, "; ".join(outcome.remarks)))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        columns = [cell.ljust(width) for cell, width in zip(row, widths)]
        lines.append("  ".join([*columns, row[3]]).rstrip())
    if any(outcome.manual for outcome in outcomes):
        lines.append("+ has answers that wait for marking by hand")
    return "\n".join(lines)


def as_json(assignment, outcomes, defences):
    return json.dumps({"assignment": assignment, "defences": defences,
                       "submissions": [outcome.as_dict() for outcome in outcomes]}, indent=1)
