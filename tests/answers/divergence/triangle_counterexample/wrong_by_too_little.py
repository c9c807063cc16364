# Three points so close together that the squares are below 1e-6.
# message: The difference must be more than 1e-6
def triangle_counterexample():
    return tuple(np.array([0.5 + s, 0.5 - s]) for s in (0.0, 0.0002, 0.0004))
