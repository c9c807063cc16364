# The slope at the mean of q.
# message: You evaluated the slope at mu only
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(np.full(eps.shape, mu))
    return np.mean(slopes), np.mean(slopes * eps)
