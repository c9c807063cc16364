# Returns probabilities.
# message: These are probabilities. Return the logits
def decode(z, params):
    g = np.tanh(z @ params["W2"] + params["b2"])
    logits = g @ params["W_out"] + params["b_out"]
    return expit(logits)
