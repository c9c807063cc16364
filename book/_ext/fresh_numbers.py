"""Numbers that are computed again when what they rest on changes, and several pages computed at a time."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
logger = logging.getLogger(__name__)

# Jupyter Book's cache looks at a page's own cells only. A page is also out of date when something
# it computes with has changed; "*" holds for every page with code.
RESTS_ON = {
    "*": ["lib/varinf", "requirements.lock"],
    "instructors": ["solutions", "exercises", "grading", "nbgrader_config.py", "tools", "tests/course.py",
                    "benchmarks/grading.json"],
    "sgvb": ["benchmarks/same_model.json", "benchmarks/same_model.py"],
    "vae": ["benchmarks/vae_curves.json"],
    "checking": ["benchmarks/same_model.json", "benchmarks/same_model.py"],
}


def fingerprint(paths):
    """A hash over the names and contents of all files below `paths` (relative to the project)."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        top = ROOT / path
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(file.parts):
                digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def cache_folder(app, env):
    return Path(env.mystnb_config.execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")


def find_stale_pages(app, env, added, changed, removed):
    """Pages whose stored numbers rest on something that has changed: drop what the cache holds
    for them, and have them read, and so executed, again."""
    folder = cache_folder(app, env)
    record = folder / "rests_on.json"
    before = json.loads(record.read_text()) if record.exists() else {}
    now = {
        page: fingerprint(RESTS_ON["*"] + RESTS_ON.get(page, []))
        for page in env.found_docs
        if "{code-cell}" in Path(env.doc2path(page)).read_text(encoding="utf-8")
    }
    stale = [page for page in now if now[page] != before.get(page)]
    if stale and folder.exists():
        cache = get_cache(folder)
        sources = {str(env.doc2path(page)) for page in stale}
        for entry in cache.list_cache_records():
            if entry.uri in sources:
                cache.remove_cache(entry.pk)
    folder.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(now, indent=1, sort_keys=True))
    return [page for page in stale if page not in added]


def code_of(notebook):
    return "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def execute_side_by_side(app, env, docnames):
    """Execute the pages that are to be read and have no stored outputs, a page a core, and store what
    they put out: reading them, one after the other, then finds it. A page that fails is not stored;
    it is executed again when it is read, and reported there."""
    settings, cache = env.mystnb_config, get_cache(cache_folder(app, env))
    waiting = {}
    for page in docnames:
        path = Path(env.doc2path(page))
        text = path.read_text(encoding="utf-8")
        reader = create_nb_reader(str(path), env.myst_config, settings, text)
        if reader is None or "{code-cell}" not in text:
            continue
        notebook = reader.read(text)
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            waiting[path] = notebook
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if min(len(waiting), cores) < 2:
        return
    # With a kernel on every core, a matrix product that wants them all only waits for the others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

    def execute(path):
        return single_nb_execution(waiting[path], cwd=str(path.parent), timeout=settings.execution_timeout,
                                   allow_errors=settings.execution_allow_errors)

    # Threads, so that one process chooses the ports of all kernels. Pages that run whole commands
    # first, then those with the most code, so that the last to end is a short one.
    in_order = sorted(waiting, key=lambda path: (
        "import subprocess" not in code_of(waiting[path]), -len(code_of(waiting[path]))))
    with ThreadPoolExecutor(cores) as pool:
        for path, done in zip(in_order, pool.map(execute, in_order)):
            if done.err is None:
                cache.cache_notebook_bundle(
                    CacheBundleIn(done.nb, str(path), data={"execution_seconds": done.time}),
                    check_validity=False, overwrite=True)
                logger.info(f"{path}: Executed notebook in {done.time:.2f} seconds")


def setup(app):
    app.connect("env-get-outdated", find_stale_pages)
    app.connect("env-before-read-docs", execute_side_by_side)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
