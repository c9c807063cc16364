# The likelihood at the best theta: nothing is integrated out.
# message: The evidence averages over theta
def log_evidence_coin(heads, tails, a, b):
    return xlogy(heads, heads / (heads + tails)) + xlogy(tails, tails / (heads + tails))
