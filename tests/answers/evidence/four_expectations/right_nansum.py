# Lets 0 * (-inf) become nan and leaves the nans out of the sums; E_q[log p(x)] as a sum.
def four_expectations(log_px_given_z, log_pz, q):
    log_joint = log_px_given_z + log_pz
    log_px = np.logaddexp.reduce(log_joint)
    return dict(
        log_px=log_px,
        E_log_px=np.sum(q * log_px),
        E_log_px_given_z=np.nansum(q * log_px_given_z),
        E_log_joint=np.nansum(q * log_joint),
    )
