# Differentiates f numerically: the other estimator, blind to jumps.
# message: This is the reparameterised gradient, which needs the slope of f
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    slopes = (f(z + 1e-6) - f(z - 1e-6)) / 2e-6
    return np.mean(slopes), np.mean(slopes * eps)
