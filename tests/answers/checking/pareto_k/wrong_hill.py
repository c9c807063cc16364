# Hill's estimate: the mean of the log ratios to the threshold.
# message: This is Hill's estimate
def pareto_k(log_weights):
    S = len(log_weights)
    M = int(np.ceil(min(0.2 * S, 3 * np.sqrt(S))))
    ordered = np.sort(log_weights)
    return np.mean(ordered[-M:] - ordered[-M - 1])
