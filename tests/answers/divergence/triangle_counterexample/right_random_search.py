# Draws triples until one refutes the inequality.
def triangle_counterexample():
    rng = np.random.default_rng(5)
    while True:
        p, q, r = 0.9 * rng.dirichlet(np.ones(4), size=3) + 0.025
        if np.sum((p - q) * np.log(q / r)) > 0.01:
            return p, q, r
