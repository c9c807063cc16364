# First with respect to the standard deviation, then times its derivative.
def backward_latent(dz, eps, mu, log_var):
    sd = np.exp(log_var / 2)
    dsd_from_the_draw = dz * eps
    dlog_var = dsd_from_the_draw * (sd / 2) - 0.5 * np.expm1(log_var)
    return dz - mu, dlog_var
