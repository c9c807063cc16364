"""Commands run as somebody else."""

import os
import sys
from pathlib import Path

ORDINARY = 64999  # a user id that nobody has


def give(folder, user):
    """Make a folder and all that is in it the user's own."""
    for path in [Path(folder), *Path(folder).rglob("*")]:
        os.chown(path, user, user, follow_symlinks=False)


def as_user(user, folder):
    """The beginning of a command that runs the rest as another user, who may pass to this Python and to the
    folder, and owns it, even where they lie in root's own folders."""
    shown = []
    for place in (Path(sys.base_prefix), Path(sys.prefix), Path(folder)):
        closed = [parent for parent in place.parents if not parent.stat().st_mode & 1]
        if closed:
            shown += ["--perms", "0755", "--tmpfs", str(closed[-1])]
            between = [p for p in reversed(place.parents) if closed[-1] in p.parents]
            shown += [word for p in between for word in ("--perms", "0755", "--dir", str(p))]
            shown += ["--bind", str(place), str(place)]
    become = ["setpriv", "--reuid", str(user), "--regid", str(user), "--clear-groups"]
    return ["bwrap", "--dev-bind", "/", "/", *shown, "--", *become, "env", f"HOME={folder}"]
