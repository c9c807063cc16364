# In the signs of the 2009 paper, whose k is minus ours, and with weights as ratios of profile likelihoods.
def pareto_k(log_weights):
    S = log_weights.size
    M = int(np.ceil(min(0.2 * S, 3 * S**0.5)))
    w = np.exp(log_weights - log_weights.max())
    tail = np.sort(np.partition(w, S - M - 1)[S - M - 1:])
    y = np.delete(tail, 0) - tail[0]
    m = 30 + int(M**0.5)
    theta = 1 / y[-1] + (1 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))) / 3 / y[int(M / 4 + 0.5) - 1]
    k = -np.log1p(-np.outer(theta, y)).mean(axis=1)
    profile = M * (np.log(theta / k) + k - 1)
    share = 1 / np.exp(profile - profile[:, None]).sum(axis=1)
    theta = np.sum(share * theta)
    k = -np.log1p(-theta * y).mean()
    return (-M * k + 5) / (M + 10)
