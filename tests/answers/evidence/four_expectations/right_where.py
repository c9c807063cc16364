# Replaces the logs by 0 where q is 0, then takes dot products.
def four_expectations(log_px_given_z, log_pz, q):
    likelihood = np.where(q == 0, 0.0, log_px_given_z)
    joint = np.where(q == 0, 0.0, log_px_given_z + log_pz)
    log_px = float(logsumexp(log_px_given_z, b=np.exp(log_pz)))
    averages = {"E_log_px_given_z": q @ likelihood, "E_log_joint": q @ joint}
    return {"log_px": log_px, "E_log_px": log_px, **averages}
