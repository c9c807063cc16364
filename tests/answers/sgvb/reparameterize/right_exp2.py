# The sd as a power of e, written with exp2; scalars and arrays alike.
def reparameterize(mu, log_var, eps):
    sd = np.exp2(np.asarray(log_var) / np.log(4))
    return np.add(mu, np.multiply(eps, sd))
