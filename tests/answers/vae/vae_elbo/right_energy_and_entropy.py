# The KL as cross-entropy minus entropy.
def vae_elbo(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    z = mu + np.exp(log_var / 2) * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    J = mu.shape[1]
    cross_entropy = J / 2 * np.log(2 * np.pi) + (mu**2 + np.exp(log_var)).sum(axis=1) / 2
    entropy = J / 2 * np.log(2 * np.pi * np.e) + log_var.sum(axis=1) / 2
    return np.sum(x * logits - np.logaddexp(0, logits), axis=1) - cross_entropy + entropy
