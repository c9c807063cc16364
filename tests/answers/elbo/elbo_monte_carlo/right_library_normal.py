# The library's normal distribution, and SciPy's standard error of the mean.
from scipy.stats import sem
from varinf.distributions import Normal


def elbo_monte_carlo(log_joint, m, sd, eps):
    z = m + sd * eps
    terms = log_joint(z) - Normal(m, sd).log_prob(z)
    return float(np.mean(terms)), float(sem(terms))
