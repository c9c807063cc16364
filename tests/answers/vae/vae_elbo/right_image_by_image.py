# One image at a time.
def vae_elbo(x, params, eps):
    bounds = np.empty(len(x))
    for n in range(len(x)):
        h = np.tanh(x[n] @ params["W1"] + params["b1"])
        mu, log_var = h @ params["W_mu"] + params["b_mu"], h @ params["W_log_var"] + params["b_log_var"]
        z = mu + np.sqrt(np.exp(log_var)) * eps[n]
        a = np.tanh(z @ params["W2"] + params["b2"]) @ params["W_out"] + params["b_out"]
        bounds[n] = -np.logaddexp(0, np.where(x[n] == 1, -a, a)).sum()
        for m, v in zip(mu, log_var):
            bounds[n] -= (m * m + np.exp(v) - 1 - v) / 2
    return bounds
