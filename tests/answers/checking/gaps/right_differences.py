# The differences of the three numbers in order, as NumPy scalars.
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    steps = np.diff(np.array([elbo_amortized, elbo_optimized, log_evidence]))
    return dict(zip(("amortization", "approximation"), steps))
