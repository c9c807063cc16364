# Subtracts the mean of f, at the same draws.
# message: You subtracted the mean of f, a baseline
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    values = values - values.mean()
    return np.mean(values * eps) / sd, np.mean(values * (eps**2 - 1)) / sd
