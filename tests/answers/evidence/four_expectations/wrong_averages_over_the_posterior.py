# Averages over the posterior and never looks at q.
# message: You averaged over the posterior
def four_expectations(log_px_given_z, log_pz, q):
    log_joint = log_px_given_z + log_pz
    log_px = logsumexp(log_joint)
    posterior = np.exp(log_joint - log_px)
    return {
        "log_px": log_px,
        "E_log_px": log_px,
        "E_log_px_given_z": np.nansum(posterior * log_px_given_z),
        "E_log_joint": np.nansum(posterior * log_joint),
    }
