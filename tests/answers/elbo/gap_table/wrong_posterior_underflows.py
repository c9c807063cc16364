# A stable softmax, whose log is then taken: an improbable state becomes an impossible one.
# message: A probability underflowed
from scipy.special import rel_entr, softmax


def gap_table(log_joint, q):
    return rel_entr(q, softmax(log_joint)).sum()
