# Always the same step.
# message: Use the step you are given
def first_variation(functional, y, eta, step=1e-5):
    h = 1e-5
    return (functional(y + h * eta) - functional(y - h * eta)) / (2 * h)
