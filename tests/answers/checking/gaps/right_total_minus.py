# Amortisation as the whole gap minus the approximation gap.
def gaps(log_evidence, elbo_amortized, elbo_optimized):
    whole, approximation = log_evidence - elbo_amortized, log_evidence - elbo_optimized
    return dict(approximation=approximation, amortization=whole - approximation)
