# The bounds as log-likelihoods minus the divergence of r from each posterior; an array comes back.
def chain(x, r, old, new):
    numbers = []
    for weights, means, sds in (old, new):
        log_joint = np.log(weights / sds) - ((x[:, None] - means) / sds) ** 2 / 2 - np.log(2 * np.pi) / 2
        log_px = np.logaddexp.reduce(log_joint, axis=1)
        with np.errstate(all="ignore"):
            gap = np.where(r > 0, r * (np.log(r) - log_joint + log_px[:, None]), 0.0)
        numbers += [log_px.sum(), log_px.sum() - gap.sum()]
    return np.array([numbers[0], numbers[1], numbers[3], numbers[2]])
