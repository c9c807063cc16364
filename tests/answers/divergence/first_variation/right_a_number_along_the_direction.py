# J as a function of one number, differentiated there.
def first_variation(functional, y, eta, step=1e-5):
    def along(t):
        return functional(np.add(y, np.multiply(t, eta)))

    return float(along(step) - along(-step)) / (2 * step)
