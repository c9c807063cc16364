# Draws again between the slope and the product: the noise is no longer that of z.
# message: draw nothing yourself
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes), np.mean(slopes * np.random.default_rng().standard_normal(eps.shape))
