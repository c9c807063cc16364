# A running log-add-exp over the components.
def log_evidence_mixture(x, weights, means, sd):
    each = np.full(len(x), -np.inf)
    for weight, mean in zip(weights, means):
        log_density = -0.5 * ((x - mean) / sd) ** 2 - np.log(sd) - 0.5 * np.log(2 * np.pi)
        each = np.logaddexp(each, np.log(weight) + log_density)
    return each.sum()
