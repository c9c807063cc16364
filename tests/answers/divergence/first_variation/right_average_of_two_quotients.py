# The mean of the forward and the backward quotient is the central one.
def first_variation(functional, y, eta, step=1e-5):
    here = functional(y)
    forward = (functional(y + step * eta) - here) / step
    backward = (here - functional(y - step * eta)) / step
    return (forward + backward) / 2
