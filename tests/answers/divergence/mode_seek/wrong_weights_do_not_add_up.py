# Averages over q with its density at the points, which add up to ten.
# message: Do the weights of your average add up to one?
def mode_seek(log_p, m0, sd0):
    eps = np.linspace(-8, 8, 161)

    def objective(t):
        return -t[1] - norm.pdf(eps) @ log_p(t[0] + np.exp(t[1]) * eps)

    m, log_s = minimize(objective, [m0, np.log(sd0)]).x
    return m, np.exp(log_s)
