# scipy's interval, for each simulation, and a count.
def coverage(truth, means, sds, level):
    z = norm.interval(level)[1]
    low, high = means - z * sds, means + z * sds
    return float(np.count_nonzero((truth >= low) & (truth <= high))) / len(truth)
