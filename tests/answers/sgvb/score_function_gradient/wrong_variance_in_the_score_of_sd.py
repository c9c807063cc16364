# Divides by the variance, as the score in mu does when it is written with z.
# message: (eps^2 - 1) / sd, not / sd^2
def score_function_gradient(f, mu, sd, eps):
    values = f(mu + sd * eps)
    return np.mean(values * eps) / sd, np.mean(values * (eps**2 - 1)) / sd**2
