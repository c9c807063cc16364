# Sticking the landing: the path derivative of log p - log q, with RMSProp.
def fit_gaussian(grad_log_joint, dim, steps, learning_rate, rng):
    mean, log_var, history = np.zeros(dim), np.zeros(dim), []
    square = np.zeros(2 * dim)
    for step in range(1, steps + 1):
        sd = np.exp(log_var / 2)
        eps = rng.standard_normal((16, dim))
        path = grad_log_joint(mean + sd * eps) + eps / sd
        gradient = np.append(path.mean(axis=0), (path * eps).mean(axis=0) * sd / 2)
        square = 0.99 * square + 0.01 * gradient**2
        move = learning_rate * gradient / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
        mean, log_var = mean + move[:dim], log_var + move[dim:]
        history.append((mean, np.exp(log_var / 2)))
    tail = history[len(history) // 2:]
    return np.mean([m for m, _ in tail], axis=0), np.mean([s for _, s in tail], axis=0)
