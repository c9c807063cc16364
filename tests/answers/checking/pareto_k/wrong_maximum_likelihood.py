# scipy's maximum likelihood for the exceedances.
# message: Maximum likelihood, and without the pull
from scipy.stats import genpareto


def pareto_k(log_weights):
    S = len(log_weights)
    M = int(np.ceil(min(0.2 * S, 3 * np.sqrt(S))))
    w = np.sort(np.exp(log_weights - np.max(log_weights)))
    return genpareto.fit(w[-M:] - w[-M - 1], floc=0)[0]
