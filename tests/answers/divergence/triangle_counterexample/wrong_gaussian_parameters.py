# Means of three Gaussians, not distributions.
# message: Each array has one dimension
def triangle_counterexample():
    return 0.0, 1.0, 2.0
