# The derivative of (z - mu) / sd forgets its inner derivative.
# message: The scores lack their 1/sd
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    return np.mean(values * eps), np.mean(values * (eps**2 - 1))
