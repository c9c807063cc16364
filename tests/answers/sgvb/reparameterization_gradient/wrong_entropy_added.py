# Adds the entropy's gradient.
# message: The 1/sd of the entropy is not asked for
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes), np.mean(slopes * eps) + 1 / sd
