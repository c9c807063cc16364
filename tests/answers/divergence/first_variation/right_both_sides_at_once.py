# Two rows, y plus and minus, and the slope of the straight line through two points.
def first_variation(functional, y, eta, step=1e-5):
    t = np.array([-step, step])
    values = [functional(row) for row in y + t[:, None] * eta]
    return np.polyfit(t / step, values, 1)[0] / step
