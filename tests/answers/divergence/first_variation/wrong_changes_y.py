# Steps in place, and forgets that y has moved when it steps back.
# message: This is the forward difference
def first_variation(functional, y, eta, step=1e-5):
    y += step * eta
    up = functional(y)
    y -= step * eta
    return (up - functional(y)) / step
