# Forgets that log q contains -log sd.
# message: The -1 is missing
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    return np.mean(values * eps) / sd, np.mean(values * eps**2) / sd
