# Takes sd for a variance in the draw.
# message: The draws take sd as a variance
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + np.sqrt(sd) * eps)
    return np.mean(slopes), np.mean(slopes * eps)
