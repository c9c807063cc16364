# Keeps the logits within 30.
def decode(z, params):
    g = np.tanh(z @ params["W2"] + params["b2"])
    logits = g @ params["W_out"] + params["b_out"]
    return np.clip(logits, -30, 30)
