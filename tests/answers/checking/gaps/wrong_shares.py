# Shares of the whole gap.
# message: In nats, not as a share of the gap
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    whole = log_evidence - elbo_amortized
    return {"amortization": (elbo_optimized - elbo_amortized) / whole,
            "approximation": (log_evidence - elbo_optimized) / whole}
