# Works on the transpose, where a datum is a column and nothing needs keepdims.
def responsibilities(log_rho):
    by_component = log_rho.T
    return np.exp(by_component - np.logaddexp.reduce(by_component, axis=0)).T
