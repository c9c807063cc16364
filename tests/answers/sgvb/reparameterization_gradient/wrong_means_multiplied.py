# The product of two means.
# message: Average the product
def reparameterization_gradient(df, mu, sd, eps):
    slopes = df(mu + sd * eps)
    return np.mean(slopes), np.mean(slopes) * np.mean(eps)
