# The right mean with only the smallest and the largest value.
# message: Only 1 and 6
def max_entropy(values, mean):
    low, high = values.min(), values.max()
    share = (mean - low) / (high - low) if high > low else 1.0
    top, bottom = values == high, values == low
    return share * top / top.sum() + (1 - share) * bottom / bottom.sum()
