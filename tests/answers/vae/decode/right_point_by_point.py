# One point at a time, columns instead of rows.
def decode(z, params):
    return np.array([params["W_out"].T @ np.tanh(params["W2"].T @ point + params["b2"]) + params["b_out"]
                     for point in z])
