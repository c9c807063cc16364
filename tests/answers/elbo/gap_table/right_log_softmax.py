# SciPy's log-softmax for the log of the posterior; nans where q is zero are left out.
from scipy.special import log_softmax


def gap_table(log_joint, q):
    return float(np.nansum(q * (np.log(q) - log_softmax(log_joint))))
