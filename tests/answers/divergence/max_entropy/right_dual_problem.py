# The minimum of the log normaliser, a convex function of eta, with the mean moved to zero.
from scipy.optimize import minimize_scalar


def max_entropy(values, mean):
    for edge in (values.max(), values.min()):
        if mean == edge:
            return np.where(values == edge, 1.0, 0.0) / np.sum(values == edge)
    u = (values - mean) / np.ptp(values)
    eta = minimize_scalar(lambda eta: logsumexp(eta * u), tol=1e-12).x
    return softmax(eta * u)
