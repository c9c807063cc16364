# Divides by one step where two were made.
# message: The two points are 2 steps apart
def first_variation(functional, y, eta, step=1e-5):
    return (functional(y + step * eta) - functional(y - step * eta)) / step
