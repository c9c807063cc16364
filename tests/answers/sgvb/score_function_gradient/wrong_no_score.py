# Averages f: the log density was forgotten.
# message: The score is missing: this is the mean of f itself
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    return values.mean(), values.mean()
