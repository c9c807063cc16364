"""The grading side of *Mind the Gap*: nbgrader preprocessors, the rules for cells, and checks."""
