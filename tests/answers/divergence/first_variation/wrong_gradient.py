# One difference for every grid point: the gradient, not yet multiplied by the direction.
# message: Return one number
def first_variation(functional, y, eta, step=1e-5):
    bumps = step * np.eye(len(y))
    return np.array([functional(y + bump) - functional(y - bump) for bump in bumps]) / (2 * step)
