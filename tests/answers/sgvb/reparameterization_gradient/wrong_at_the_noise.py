# The slope at the noise.
# message: You evaluated the slope at eps
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(eps)
    return np.mean(slopes), np.mean(slopes * eps)
