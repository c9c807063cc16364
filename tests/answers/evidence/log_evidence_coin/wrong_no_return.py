# Computes the answer and does not return it.
# message: is `return` missing?
def log_evidence_coin(heads, tails, a, b):
    answer = betaln(a + heads, b + tails) - betaln(a, b)
