# Averages over the data.
# message: Don't add up or average over the data
def vae_elbo(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    sd = np.exp(log_var / 2)
    z = mu + sd * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    picture = np.sum(x * logits - np.logaddexp(0, logits), axis=1)
    kl = np.sum(mu**2 + np.exp(log_var) - 1 - log_var, axis=1) / 2
    return np.mean(picture - kl)
