"""nbgrader's settings for this course; see "For instructors" in the book."""

from importlib.metadata import version

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.course_id = "mind_the_gap"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]

# A training task may take minutes; a loop that never ends must not hold up the class.
c.ExecutePreprocessor.timeout = 300
# The kernel's remark about its transport, once a submission, would bury what matters.
c.ExecutePreprocessor.extra_arguments = ["--log-level=ERROR"]

# Classes are named, not imported: a student's Validate reads this file too, without safegrade.

# nbgrader's own list with the stamp put first, while the solutions and hidden tests are still there.
c.GenerateAssignment.preprocessors = [
    "safegrade.release.StampRelease",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.StampRelease.version = version("varinf")

# Feedback that keeps the hidden tests hidden and asks no other host for anything.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "safegrade.feedback.HideHiddenTests",
]
c.GenerateFeedback.exporter_class = "safegrade.feedback.FeedbackExporter"

# While an assignment is graded by safegrade, the library module it is about can't be imported.
c.SafeGrade.hidden_modules = {
    "*": ["varinf.{assignment}"],
    "divergence": ["varinf.distributions"],  # its `kl` answers two tasks
}
