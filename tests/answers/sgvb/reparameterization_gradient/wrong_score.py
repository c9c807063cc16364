# Multiplies the slope by the score.
# message: You multiplied by the score
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes * eps) / sd, np.mean(slopes * (eps**2 - 1)) / sd
