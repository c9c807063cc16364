# Everything written out, with the largest log of each row taken out before exponentiating.
def e_step(x, weights, means, sds):
    z = (np.asarray(x).reshape(-1, 1) - means) / sds
    logs = np.log(weights / sds) - 0.5 * z * z
    terms = np.exp(logs - logs.max(axis=1, keepdims=True))
    return terms / terms.sum(axis=1, keepdims=True)
