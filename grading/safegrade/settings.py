"""The settings of the safe grader, in nbgrader_config.py as c.SafeGrade.name = value."""

from traitlets import Dict, Float, Integer, List, Unicode, Union
from traitlets.config import LoggingConfigurable

MB = 2**20


class SafeGrade(LoggingConfigurable):
    hidden_modules = Union([List(Unicode()), Dict(value_trait=List(Unicode()), key_trait=Unicode())],
                           default_value=[], help="""
        Modules that students' code cannot import while an assignment is graded; {assignment} stands for its
        name. A list, for all assignments, or a table {assignment: list} in which "*" has what is hidden in
        all of them.""").tag(config=True)
    time_limit = Float(0, help="Seconds for a cell. 0 means ExecutePreprocessor.timeout.").tag(config=True)
    total_limit = Float(0, help="Seconds for a notebook. 0 means three times a cell's.").tag(config=True)
    memory_limit = Integer(2048, help="Megabytes a process of the student's may hold.").tag(config=True)
    scratch_limit = Integer(256, help="Megabytes of files that a submission may write.").tag(config=True)
    max_submission = Integer(20, help="Megabytes that a file handed in may have.").tag(config=True)
    worker_patience = Float(60, help="""
        Seconds to wait for the first worker of a Dask scheduler to join, and for one to come back when all
        are gone. A batch system's queue may take longer.""").tag(config=True)

    def hidden(self, assignment):
        """The modules that are hidden while `assignment` is graded."""
        names = self.hidden_modules
        if isinstance(names, dict):
            names = [*names.get("*", []), *names.get(assignment, [])]
        return sorted({name.format(assignment=assignment) for name in names})
