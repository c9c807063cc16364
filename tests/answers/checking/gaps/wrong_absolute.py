# Absolute values.
# message: Don't cut a negative one off
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": abs(elbo_optimized - elbo_amortized),
        "approximation": abs(log_evidence - elbo_optimized),
    }
