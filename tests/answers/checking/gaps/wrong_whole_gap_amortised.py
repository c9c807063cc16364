# The whole gap as the amortisation gap.
# message: This is the whole gap. Amortisation is
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": log_evidence - elbo_amortized,
        "approximation": log_evidence - elbo_optimized,
    }
