"""The graders are proved: right answers get everything, wrong ones don't, and famous mistakes are named.

The answers are the files in tests/answers/; pipeline.py puts them into released notebooks and has safegrade
grade them all. nbgrader's own autograder grades a spread of them, and must give the same;
`python tests/grading/pipeline.py --compare` has it grade them all.
"""

import functools
import tempfile

import pytest
from pipeline import (
    ANSWERS, Answer, Course, Result, StockNbgrader, a_course, answers, assignments, grade, judged_alike,
    pack, solution_notebook,
)
from safegrade.rules import MESSAGE_WIDTH, name_of, tasks

FUNCTIONS = [
    (name, name_of(task.solution)) for name in assignments() for task in tasks(solution_notebook(name))
]
SUBMISSIONS = [submission for name in assignments() for submission in pack(name, answers(name))]
# of each assignment one notebook from the middle, of right answers and of wrong ones in turn
SPREAD = [
    found[len(found) // 2] for number, name in enumerate(assignments())
    if (found := [s for s in SUBMISSIONS if s.assignment == name and s.name.startswith(("right", "wrong")[number % 2])])
]


def named(submissions):
    names = [f"{s.assignment}-{s.name}" for s in submissions]
    return pytest.mark.parametrize("submission", submissions, ids=names)


@functools.cache
def graded(assignment):
    """What safegrade gives every answer to an assignment, all graded in one run: {answer: Result}."""
    return grade(a_course(), [s for s in SUBMISSIONS if s.assignment == assignment])


def spaced(text):
    return " ".join(text.split())


def complaints(answer, result):
    """What the graders got wrong about one answer, in words."""
    said = spaced(" ".join(result.messages))
    if answer.kind == "right" and (result.points < result.max_points or said):
        yield f"{answer} is right and got {result.points:g} of {result.max_points:g}: {said}"
    if answer.kind == "wrong" and result.points >= result.max_points:
        yield f"{answer} is wrong and got all {result.max_points:g} points"
    if answer.message and spaced(answer.message) not in said:
        yield f"{answer} should be told {answer.message!r} and was told: {said}"
    for line in "\n".join(result.messages).split("\n"):
        if len(line) > MESSAGE_WIDTH and not line.split(":")[0].endswith(("Error", "Exception")):
            yield f"{answer} was told a line of {len(line)} characters: {line}"


@named(SUBMISSIONS)
def test_right_answers_get_all_points_and_wrong_ones_hear_why_not(submission):
    results = graded(submission.assignment)
    found = [line for answer in submission.answers for line in complaints(answer, results[answer])]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def stock_course():
    """A course of nbgrader's own: two graders in one gradebook could copy each other's marks."""
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as folder:
        yield Course(folder)


@named(SPREAD)
def test_nbgraders_own_autograder_gives_the_same_marks(submission, stock_course):
    stock, ours = grade(stock_course, [submission], StockNbgrader()), graded(submission.assignment)
    assert set(stock) == set(submission.answers)
    different = {answer: (ours[answer], stock[answer]) for answer in stock
                 if not judged_alike(ours[answer], stock[answer])}
    assert not different


@pytest.mark.parametrize(("assignment", "function"), FUNCTIONS)
def test_every_function_is_tried_by_right_answers_wrong_ones_and_a_famous_mistake(assignment, function):
    tried = [answer for answer in answers(assignment) if answer.function == function]
    assert len([answer for answer in tried if answer.kind == "right"]) >= 2
    assert len([answer for answer in tried if answer.kind == "wrong"]) >= 3
    assert [answer for answer in tried if answer.kind == "wrong" and answer.message]


def test_every_file_is_the_answer_to_some_function_and_says_what_it_does():
    for path in sorted(ANSWERS.rglob("*.py")):
        assert path.relative_to(ANSWERS).parts[:-1] in FUNCTIONS, f"{path} answers no task"
        assert path.stem.startswith(("right_", "wrong_")), f"{path} is neither right_ nor wrong_"
        first = path.read_text(encoding="utf-8").split("\n")[0]
        assert first.startswith(("# ", '"""')) and "message:" not in first, f"{path} doesn't say what it does"
        assert not (path.stem.startswith("right_") and "# message:" in path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("name", "result", "complaint"),
    [
        ("right_way.py", Result(2, 3, ["Off by one."]), "is right and got 2 of 3"),
        ("wrong_way.py", Result(3, 3, []), "is wrong and got all 3 points"),
        ("wrong_way.py", Result(1, 3, ["Some other reason."]), "should be told 'Off by one'"),
        ("wrong_way.py", Result(1, 3, ["Off by one." + "x" * 60]), "was told a line of 71 characters"),
    ],
)
def test_a_grader_that_misjudges_an_answer_is_reported(tmp_path, name, result, complaint):
    path = tmp_path / name
    told = "# message: Off by one\n" if name.startswith("wrong") else ""
    path.write_text("# An answer.\n" + told, encoding="utf-8")
    assert any(complaint in line for line in complaints(Answer(path, "any", "function"), result))


def test_an_answer_that_is_judged_well_is_not_reported(tmp_path):
    path = tmp_path / "wrong_way.py"
    path.write_text("# An answer.\n# message: Off by one\n", encoding="utf-8")
    result = Result(1, 3, ["Yours is 3. Off by\none."])
    assert not list(complaints(Answer(path, "any", "function"), result))
