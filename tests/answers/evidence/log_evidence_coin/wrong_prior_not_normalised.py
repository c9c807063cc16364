# The prior's constant B(a, b) is forgotten.
# message: The prior is not normalised
def log_evidence_coin(heads, tails, a, b):
    return betaln(a + heads, b + tails)
