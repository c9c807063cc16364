# The scores written in z, as differentiation gives them.
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    d_mu = (z - mu) / sd**2
    d_sd = (z - mu) ** 2 / sd**3 - 1 / sd
    return (values * d_mu).mean(), (values * d_sd).mean()
