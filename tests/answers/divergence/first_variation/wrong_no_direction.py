# Moves all of y by the same amount.
# message: You moved all of y by the same amount
def first_variation(functional, y, eta, step=1e-5):
    return (functional(y + step) - functional(y - step)) / (2 * step)
