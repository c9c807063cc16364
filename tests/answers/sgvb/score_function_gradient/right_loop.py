# Plain Python over the draws.
def score_function_gradient(f, mu, sd, eps):
    d_mu = d_sd = 0.0
    for value, noise in zip(f(mu + sd * eps).tolist(), eps.tolist()):
        d_mu += value * noise / sd
        d_sd += value * (noise * noise - 1) / sd
    return d_mu / len(eps), d_sd / len(eps)
