# The exact entropy in place of log q at the draws: unbiased, and not what is asked for.
# message: You put the entropy of q in place of log q at the draws
def elbo_monte_carlo(log_joint, m, sd, eps):
    terms = log_joint(m + sd * eps) + norm.entropy(m, sd)
    return terms.mean(), terms.std(ddof=1) / np.sqrt(eps.size)
