# A one-sided difference: its error is of order step.
# message: This is the forward difference
def first_variation(functional, y, eta, step=1e-5):
    return (functional(y + step * eta) - functional(y)) / step
