# The quantile by the inverse error function; the fraction outside, taken from one.
from scipy.special import erfinv


def coverage(truth, means, sds, level):
    reach = np.sqrt(2) * erfinv(level) * sds
    outside = (truth < means - reach) | (truth > means + reach)
    return 1 - np.mean(outside)
