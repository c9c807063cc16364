# With respect to log sd.
# message: This is with respect to log sd
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes), np.mean(slopes * eps) * sd
