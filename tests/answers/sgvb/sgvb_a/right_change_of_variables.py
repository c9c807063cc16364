# log q(z) as the density of eps divided by the Jacobian of the draw.
def sgvb_a(log_joint, mu, log_var, eps):
    log_sd = log_var / 2
    log_q = norm.logpdf(eps).sum(axis=1) - log_sd.sum()
    return float((log_joint(np.exp(log_sd) * eps + mu) - log_q).mean())
