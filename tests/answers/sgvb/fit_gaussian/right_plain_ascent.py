# Plain gradient ascent in mean and log sd, twenty draws a step, the second half averaged.
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    mean, log_sd = np.zeros(dim), np.zeros(dim)
    mean_sum, log_sd_sum = np.zeros(dim), np.zeros(dim)
    for step in range(steps):
        eps = rng.standard_normal((20, dim))
        slopes = grad_log_joint(mean + np.exp(log_sd) * eps)
        mean = mean + learning_rate * slopes.mean(axis=0)
        log_sd = log_sd + learning_rate * ((slopes * eps).mean(axis=0) * np.exp(log_sd) + 1)
        if step >= steps // 2:
            mean_sum, log_sd_sum = mean_sum + mean, log_sd_sum + log_sd
    count = steps - steps // 2
    return mean_sum / count, np.exp(log_sd_sum / count)
