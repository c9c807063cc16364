# The right three with q at the end.
# message: The same three work in the order (p, r, q)
def triangle_counterexample():
    return np.array([0.5, 0.5]), np.array([0.1, 0.9]), np.array([0.3, 0.7])
