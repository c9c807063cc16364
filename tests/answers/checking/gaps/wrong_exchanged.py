# The two are exchanged.
# message: The two are exchanged
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": log_evidence - elbo_optimized,
        "approximation": elbo_optimized - elbo_amortized,
    }
