# Returns the log of the sd, the number it optimised.
# message: You returned log sd
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-8, 8, 161)
    weights = norm.pdf(eps) / norm.pdf(eps).sum()
    return tuple(minimize(lambda t: -t[1] - weights @ log_p(t[0] + np.exp(t[1]) * eps), [m0, np.log(sd0)]).x)
