# The other one-sided difference.
# message: This is the backward difference
def first_variation(functional, y, eta, step=1e-5):
    return (functional(y) - functional(y - step * eta)) / step
