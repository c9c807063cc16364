# f times log q, not times its derivative.
# message: You multiplied by log q itself
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    log_q = norm.logpdf(z, mu, sd)
    return np.mean(values * log_q), np.mean(values * log_q)
