# Three outcomes, three steps from the uniform distribution towards a corner.
def triangle_counterexample():
    step = np.array([2.0, -1.0, -1.0]) / 3
    return tuple(1 / 3 + size * step for size in (0.0, 0.4, 0.8))
