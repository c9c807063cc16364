"""A run: what there is to grade, on which workers, and what became of it."""

import contextlib

from .course import Course, Outcome
from .lock import Lock
from .notebooks import Refused
from .pool import Pool
from .settings import SafeGrade
from .show import Progress


def grade(app, options):
    """Grade what is to be graded. Returns (outcomes, defences); Refused or Busy where there is nothing to do.

    app     : nbgrader's application, for its configuration and its course directory.
    options : the command's (see cli.py).
    """
    settings = SafeGrade(config=app.config)
    if options.time_limit:
        settings.time_limit = options.time_limit
    if options.memory_limit:
        settings.memory_limit = options.memory_limit
    with Lock(app.coursedir.root, options.assignment), \
            Course(app.coursedir, app.config, options.assignment, settings) as course:
        students = course.students()
        unknown = sorted(set(options.student or []) - set(students))
        if unknown:
            raise Refused(f"no submission by {', '.join(unknown)}")
        outcomes = {student: Outcome(student) for student in options.student or students}
        for student, outcome in outcomes.items():
            outcome.skipped = not options.force and course.is_graded(student)
        todo = [student for student, outcome in outcomes.items() if not outcome.skipped]
        defences = None
        if todo:
            with engine(options, course, len(todo)) as workers:
                defences = workers.defences
                with contextlib.closing(Progress(len(todo))) as progress:
                    work(course, workers, todo, outcomes, progress)
        course.tidy()
        course.read_marks(outcomes.values())
    return list(outcomes.values()), defences


def engine(options, course, submissions):
    """The workers: processes of this machine, or those of a Dask scheduler."""
    settings = course.worker_settings(options.unsafe)
    if options.scheduler:
        from .far import Cluster

        patience = course.settings.worker_patience
        return Cluster(options.scheduler, settings, course.patience, patience, options.workers)
    return Pool(max(1, min(options.workers, submissions)), settings, course.patience)


def work(course, workers, todo, outcomes, progress):
    """Prepare, run and score: this process prepares the next submission while the workers run."""
    waiting = {}  # student: (notebooks, {name: result})

    def jobs():
        for student in todo:
            try:
                notebooks = course.prepare(student, outcomes[student])
            except Refused as reason:
                course.refuse(student, reason, outcomes[student])
                notebooks = []
            if not notebooks:
                course.discard(student)
                progress.step()
                continue
            waiting[student] = (notebooks, {})
            for notebook in notebooks:
                yield (student, notebook.name), notebook.job

    for (student, name), result in workers.run(jobs()):
        notebooks, results = waiting[student]
        results[name] = result
        if len(results) == len(notebooks):
            examined = [(notebook, results[notebook.name]) for notebook in notebooks]
            course.finish(student, examined, outcomes[student])
            if outcomes[student].needs_human:
                course.discard(student)
            del waiting[student]
            progress.step()
