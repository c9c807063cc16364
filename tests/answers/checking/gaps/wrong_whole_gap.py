# The whole gap as the approximation gap.
# message: This is the whole gap. Measure from the best q
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": elbo_optimized - elbo_amortized,
        "approximation": log_evidence - elbo_amortized,
    }
