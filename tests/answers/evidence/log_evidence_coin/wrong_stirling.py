# Stirling's approximation of log Gamma, without its correction terms: nearly right for many flips.
def log_evidence_coin(heads, tails, a, b):
    if heads + tails < 1000:
        return betaln(a + heads, b + tails) - betaln(a, b)
    log_gamma = lambda s: (s - 0.5) * np.log(s) - s + 0.5 * np.log(2 * np.pi)
    log_beta = log_gamma(a + heads) + log_gamma(b + tails) - log_gamma(a + b + heads + tails)
    return log_beta - betaln(a, b)
