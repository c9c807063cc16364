# The evidence outside log space.
# message: You left log space
def four_expectations(log_px_given_z, log_pz, q):
    log_px = np.log(np.exp(log_px_given_z) @ np.exp(log_pz))
    return {
        "log_px": log_px,
        "E_log_px": log_px,
        "E_log_px_given_z": np.nansum(q * log_px_given_z),
        "E_log_joint": np.nansum(q * (log_px_given_z + log_pz)),
    }
