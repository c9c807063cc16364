# The determinant first, its logarithm afterwards: it underflows for hundreds of points.
# message: A determinant under- or overflowed
def polynomial_log_evidence(x, y, degree, alpha, beta):
    features = np.vander(x, degree + 1)
    C = features @ features.T / alpha + np.eye(x.size) / beta
    return -0.5 * (x.size * np.log(2 * np.pi) + np.log(np.linalg.det(C)) + y @ np.linalg.solve(C, y))
