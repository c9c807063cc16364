# log q by the change of variables: the density of eps, divided by sd. Variance over S - 1 by hand.
def elbo_monte_carlo(log_joint, m, sd, eps):
    terms = log_joint(m + sd * eps) + 0.5 * eps**2 + np.log(sd) + 0.5 * np.log(2 * np.pi)
    return [terms.mean(), np.sqrt(terms.var() / (len(eps) - 1))]
