# Evaluates f at the noise.
# message: You evaluated f at eps
def score_function_gradient(f, mu, sd, eps):
    values = f(eps)
    return np.mean(values * eps) / sd, np.mean(values * (eps**2 - 1)) / sd
