# SciPy's softmax along the components.
from scipy.special import softmax


def responsibilities(log_rho):
    return softmax(log_rho, axis=-1)
