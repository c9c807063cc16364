# Everything right, until the weights underflow.
# message: The weights underflow
def importance_log_evidence(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    sd = np.exp(log_var / 2)
    z = mu + sd * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    picture = np.sum(x * logits - np.logaddexp(0, logits), axis=-1)
    log_w = picture + norm.logpdf(z).sum(axis=-1) - norm.logpdf(z, mu, sd).sum(axis=-1)
    return np.log(np.exp(log_w).mean(axis=0))
