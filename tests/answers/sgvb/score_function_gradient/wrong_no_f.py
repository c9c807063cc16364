# Averages the scores, whose mean is zero.
# message: f(z) is missing
def score_function_gradient(f, mu, sd, eps):
    return np.mean(eps) / sd, np.mean(eps**2 - 1) / sd
