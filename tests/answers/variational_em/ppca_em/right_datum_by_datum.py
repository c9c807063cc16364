# The sums of the text, one datum after another; starts at scale 1 whatever
# the data, and takes the log-likelihood from SciPy's normal distribution.
from scipy.stats import multivariate_normal


def ppca_em(X, k, iterations):
    N, D = X.shape
    mu = X.mean(axis=0)
    centred = X - mu
    W, sigma2, trace = np.random.RandomState(3).standard_normal((D, k)), 1.0, []
    for _ in range(iterations):
        M_inverse = np.linalg.inv(W.T @ W + sigma2 * np.eye(k))
        xz, zz = np.zeros((D, k)), np.zeros((k, k))
        for x in centred:
            z = M_inverse @ W.T @ x
            xz += np.outer(x, z)
            zz += np.outer(z, z) + sigma2 * M_inverse
        new = xz @ np.linalg.inv(zz)
        sigma2 = (np.sum(centred**2) - 2 * np.trace(new.T @ xz) + np.trace(zz @ new.T @ new)) / (N * D)
        W = new
        trace.append(multivariate_normal(mu, W @ W.T + sigma2 * np.eye(D)).logpdf(X).sum())
    return W, sigma2, trace
