# Goes back from z to eps, which fails when q is narrow.
# message: z was rounded to mu
def sgvb_a(log_joint, mu, log_var, eps):
    sd = np.exp(0.5 * log_var)
    z = mu + sd * eps
    return np.mean(log_joint(z) - norm.logpdf(z, mu, sd).sum(axis=1))
