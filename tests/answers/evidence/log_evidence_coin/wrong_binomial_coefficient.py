# The probability of the number of heads: the binomial coefficient is in it.
# message: You counted the orderings
def log_evidence_coin(heads, tails, a, b):
    orderings = gammaln(heads + tails + 1) - gammaln(heads + 1) - gammaln(tails + 1)
    return orderings + betaln(a + heads, b + tails) - betaln(a, b)
