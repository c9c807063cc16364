# a is given to tails and b to heads.
# message: Heads and tails are swapped
def log_evidence_coin(heads, tails, a, b):
    return betaln(a + tails, b + heads) - betaln(a, b)
