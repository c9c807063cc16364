"""Open JupyterLab on the exercises: `python tools/lab.py [JupyterLab's own options]`.

The options stand here and nowhere else, so that `make lab` and its test start the same thing.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(folder=ROOT / "exercises"):
    """The command that serves `folder`, to which more options may be added."""
    return [
        sys.executable, "-m", "jupyterlab",
        f"--ServerApp.root_dir={folder}",
        "--ServerApp.ip=127.0.0.1",
        # JupyterLab refuses root unless told; a container often has no other user.
        f"--ServerApp.allow_root={os.name == 'posix' and os.geteuid() == 0}",
        # No news, no look for updates, no list of extensions: nothing is asked of another host.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        # Validate is the student's; these three are the instructor's, or need an exchange.
        *(
            f"--ServerApp.jpserver_extensions=nbgrader.server_extensions.{name}=False"
            for name in ("assignment_list", "course_list", "formgrader")
        ),
    ]


def environment():
    """The environment to start it in: this environment's kernel and extensions before the user's."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    # labconfig/ beside this file switches off the same features in the browser.
    config = os.pathsep.join(filter(None, [str(ROOT / "tools"), os.environ.get("JUPYTER_CONFIG_PATH")]))
    return {**os.environ, "PATH": path, "JUPYTER_CONFIG_PATH": config, "JUPYTER_PREFER_ENV_PATH": "1"}


if __name__ == "__main__":
    # Validate reads nbgrader_config.py from where the server was started.
    os.chdir(ROOT)
    arguments = command() + sys.argv[1:]
    os.execve(arguments[0], arguments, environment())
