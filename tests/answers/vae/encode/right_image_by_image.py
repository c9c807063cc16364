# One image at a time, columns instead of rows.
def encode(x, params):
    means, logs = [], []
    for image in x:
        h = np.tanh(params["W1"].T @ image + params["b1"])
        means.append(params["W_mu"].T @ h + params["b_mu"])
        logs.append(params["W_log_var"].T @ h + params["b_log_var"])
    return np.array(means), np.array(logs)
