# All draws at once.
def importance_log_evidence(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    z = mu + np.exp(log_var / 2) * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    log_w = np.sum(x * logits - np.logaddexp(0, logits), axis=-1)
    log_w = log_w + np.sum(eps**2 + log_var - z**2, axis=-1) / 2
    return logsumexp(log_w, axis=0) - np.log(len(eps))
