# One pixel at a time, with the larger exponential taken out.
import math


def bernoulli_log_likelihood(logits, x):
    totals = []
    for row, pixels in zip(logits, x):
        total = 0.0
        for a, pixel in zip(row, pixels):
            total += pixel * a - max(a, 0.0) - math.log1p(math.exp(-abs(a)))
        totals.append(total)
    return np.array(totals)
