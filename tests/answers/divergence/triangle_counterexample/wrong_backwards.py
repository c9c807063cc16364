# Breaks the inequality of the other direction only.
# message: It works backwards, with (r, q, p)
def triangle_counterexample():
    return np.array([0.4, 0.1, 0.5]), np.array([0.5, 0.2, 0.3]), np.array([0.1, 0.5, 0.4])
