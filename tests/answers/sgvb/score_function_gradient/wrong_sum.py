# Adds the draws up.
# message: You added the draws up
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    return np.sum(values * eps) / sd, np.sum(values * (eps**2 - 1)) / sd
