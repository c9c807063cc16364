# The chain rule's inner derivative is missing.
# message: dz/dsd is eps: the slope times eps
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes), np.mean(slopes)
