# Probabilities that grow by the same amount, not by the same factor.
# message: They grow by a factor
def max_entropy(values, mean):
    centred = values - values.mean()
    return 1 / len(values) + centred * (mean - values.mean()) / np.sum(centred**2)
