# Scales the direction to length one.
# message: You scaled eta to length one
def first_variation(functional, y, eta, step=1e-5):
    eta = eta / np.linalg.norm(eta)
    return (functional(y + step * eta) - functional(y - step * eta)) / (2 * step)
