# With respect to log sd.
# message: This is with respect to log sd
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    return np.mean(values * eps) / sd, np.mean(values * (eps**2 - 1))
