# The entropy counts twice.
# message: The entropy counts twice
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    at = np.zeros(2 * dim)
    first, second, kept = np.zeros(2 * dim), np.zeros(2 * dim), []
    for step in range(1, steps + 1):
        sd = np.exp(at[dim:])
        eps = rng.standard_normal((10, dim))
        slope = grad_log_joint(at[:dim] + sd * eps)
        gradient = np.concatenate([slope.mean(axis=0), sd * (slope * eps).mean(axis=0) + 2])
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        at = at + learning_rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        kept.append(at)
    average = np.mean(kept[steps // 2 :], axis=0)
    return average[:dim], np.exp(average[dim:])
