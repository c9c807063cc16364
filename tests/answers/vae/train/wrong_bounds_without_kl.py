# Records the reconstruction alone.
# message: The KL is missing from the bounds
def bounds_and_gradients(x, params, rng):
    h = np.tanh(x @ params["W1"] + params["b1"])
    mu, log_var = h @ params["W_mu"] + params["b_mu"], h @ params["W_log_var"] + params["b_log_var"]
    eps, sd = rng.normal(size=mu.shape), np.exp(log_var / 2)
    z = mu + sd * eps
    g = np.tanh(z @ params["W2"] + params["b2"])
    logits = g @ params["W_out"] + params["b_out"]
    picture = np.sum(x * logits - np.logaddexp(0, logits), axis=1)

    da = x - expit(logits)
    du = (da @ params["W_out"].T) * (1 - g**2)
    dz = du @ params["W2"].T
    dmu, dlog_var = dz - mu, (dz * sd * eps + 1 - sd**2) / 2
    ds = (dmu @ params["W_mu"].T + dlog_var @ params["W_log_var"].T) * (1 - h**2)
    gradients = {}
    layers = [("1", x, ds), ("_mu", h, dmu), ("_log_var", h, dlog_var), ("2", z, du), ("_out", g, da)]
    for name, into, out_of in layers:
        gradients["W" + name], gradients["b" + name] = into.T @ out_of / len(x), out_of.mean(axis=0)
    return picture, gradients


def train(X, params, epochs, batch_size, learning_rate, rng):
    params = {name: array.copy() for name, array in params.items()}
    m = {name: np.zeros_like(array) for name, array in params.items()}
    v = {name: np.zeros_like(array) for name, array in params.items()}
    t, bounds = 0, []
    for _ in range(epochs):
        order, total = rng.permutation(len(X)), 0.0
        for first in range(0, len(X), batch_size):
            elbo, gradients = bounds_and_gradients(X[order[first:first + batch_size]], params, rng)
            total += elbo.sum()
            t += 1
            for name, gradient in gradients.items():
                m[name] = 0.9 * m[name] + 0.1 * gradient
                v[name] = 0.999 * v[name] + 0.001 * gradient**2
                step = m[name] / (1 - 0.9**t) / (np.sqrt(v[name] / (1 - 0.999**t)) + 1e-8)
                params[name] += learning_rate * step
        bounds.append(total / len(X))
    return params, bounds
