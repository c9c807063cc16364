# Plain lists, found with pencil and paper.
def triangle_counterexample():
    return [1 / 2, 1 / 2], [1 / 4, 3 / 4], [1 / 8, 7 / 8]
