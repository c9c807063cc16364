# Samples the KL, too.
# message: This is estimator A
def vae_elbo(x, params, eps):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu = h @ params["W_mu"] + params["b_mu"]
    log_var = h @ params["W_log_var"] + params["b_log_var"]
    sd = np.exp(log_var / 2)
    z = mu + sd * eps
    logits = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
    picture = np.sum(x * logits - np.logaddexp(0, logits), axis=1)
    kl = (norm.logpdf(z, mu, sd) - norm.logpdf(z)).sum(axis=1)
    return picture - kl
