# A uniform prior, whatever a and b are.
# message: You ignored the prior
def log_evidence_coin(heads, tails, a, b):
    return betaln(heads + 1, tails + 1)
