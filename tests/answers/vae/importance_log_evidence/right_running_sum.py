# A running log-add-exp, one draw after another.
def importance_log_evidence(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    total = np.full(len(x), -np.inf)
    for noise in eps:
        z = mu + np.exp(log_var / 2) * noise
        a = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
        log_prior = -0.5 * (z**2 + np.log(2 * np.pi)).sum(axis=1)
        log_q = -0.5 * (noise**2 + np.log(2 * np.pi) + log_var).sum(axis=1)
        total = np.logaddexp(total, -np.logaddexp(0, (1 - 2 * x) * a).sum(axis=1) + log_prior - log_q)
    return total - np.log(len(eps))
