# The library's log-mean-exp, one experiment at a time.
from varinf.evidence import log_mean_exp


def importance_weighted_bound(log_w):
    return sum(log_mean_exp(row) for row in log_w) / len(log_w)
