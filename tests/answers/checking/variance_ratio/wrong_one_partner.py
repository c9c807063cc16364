# 1 - rho^2 with the most correlated other coordinate.
# message: 1 - rho^2 with one partner only
def variance_ratio(covariance):
    sd = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(sd, sd) - np.eye(len(sd))
    return 1 - np.max(correlation**2, axis=1)
