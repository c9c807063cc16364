# Plain ascent in mean and sd, with pairs of opposite draws and a rate that falls to zero.
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    mean, sd = np.zeros(dim), np.ones(dim)
    for step in range(steps):
        rate = learning_rate * min(1.0, 2 * (1 - step / steps))
        half = rng.standard_normal((8, dim))
        eps = np.concatenate([half, -half])
        slopes = grad_log_joint(mean + sd * eps)
        mean = mean + rate * np.mean(slopes, axis=0)
        sd = np.maximum(sd + rate * (np.mean(slopes * eps, axis=0) + 1 / sd), 0.02)
    return mean, sd
