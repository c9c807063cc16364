# The derivative of the density where that of its logarithm belongs.
# message: It is that of log q: the draws come from q already
def score_function_gradient(f, mu, sd, eps):
    z = mu + sd * eps
    values = f(z)
    density = norm.pdf(z, mu, sd)
    return np.mean(values * density * eps) / sd, np.mean(values * density * (eps**2 - 1)) / sd
