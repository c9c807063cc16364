# Everything written out in one function.
def vae_elbo(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    z = mu + np.exp(log_var / 2) * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    picture = x * logits - np.logaddexp(0, logits)
    return picture.sum(axis=1) + 0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=1)
