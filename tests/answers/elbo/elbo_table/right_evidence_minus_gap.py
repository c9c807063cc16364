# The log evidence minus the divergence from the posterior.
def elbo_table(log_joint, q):
    log_px = np.logaddexp.reduce(log_joint)
    log_q, log_posterior = np.log(q[q > 0]), (log_joint - log_px)[q > 0]
    return float(log_px - q[q > 0] @ (log_q - log_posterior))
