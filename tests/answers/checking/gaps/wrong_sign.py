# Both with the wrong sign.
# message: The sign is wrong
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    return {
        "amortization": elbo_amortized - elbo_optimized,
        "approximation": elbo_optimized - log_evidence,
    }
