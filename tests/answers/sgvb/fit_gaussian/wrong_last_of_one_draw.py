# One draw a step at a high rate, and the last iterate: an optimiser that never settles.
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    mean, log_sd = np.zeros(dim), np.zeros(dim)
    for _ in range(steps):
        eps = rng.standard_normal((1, dim))
        slopes = grad_log_joint(mean + np.exp(log_sd) * eps)
        mean = mean + 4 * learning_rate * slopes.mean(axis=0)
        log_sd = log_sd + 4 * learning_rate * ((slopes * eps).mean(axis=0) * np.exp(log_sd) + 1)
    return mean, np.exp(log_sd)
