# Not the best factorised q: the posterior's own standard deviations.
# message: These are the posterior's own sds
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    mode = np.zeros(dim)
    for _ in range(steps - 2):
        mode = mode + learning_rate * grad_log_joint(mode[None])[0]
    up, down = (grad_log_joint(mode + side * 1e-5 * np.eye(dim)) for side in (1, -1))
    return mode, np.sqrt(np.diag(np.linalg.inv((down - up) / 2e-5)))
