# Adds the draws up.
# message: You added the draws up
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.sum(slopes), np.sum(slopes * eps)
