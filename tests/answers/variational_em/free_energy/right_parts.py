# SciPy's entropy of each row, the expected log prior and the expected log likelihood.
from scipy.special import entr


def free_energy(x, r, weights, means, sds):
    prior = np.sum(r @ np.log(weights))
    likelihood = np.einsum("nk,nk", r, norm(means, sds).logpdf(x.reshape(-1, 1)))
    return prior + likelihood + entr(r).sum()
