"""The small course, released once: nbgrader takes seconds for that."""

import shutil

import pytest
import small


@pytest.fixture(scope="session")
def released_course(tmp_path_factory):
    return small.make(tmp_path_factory.mktemp("released") / "course")


@pytest.fixture(scope="module")
def course(released_course, tmp_path_factory):
    """A course of the test file's own, without submissions."""
    return shutil.copytree(released_course, tmp_path_factory.mktemp("graded") / "course")
