# The two equations.
def decode(z, params):
    g = np.tanh(z @ params["W2"] + params["b2"])
    return g @ params["W_out"] + params["b_out"]
