# The peak and the curvature there.
# message: You matched the peak
def mode_seek(log_p, m0, sd0):
    def height(m):
        return log_p(np.array([m]))[0]

    tight = {"xatol": 1e-7, "fatol": 1e-12}
    m = minimize(lambda t: -height(t[0]), [m0], method="Nelder-Mead", options=tight).x[0]
    h = 1e-2
    return m, np.sqrt(-(h**2) / (height(m + h) - 2 * height(m) + height(m - h)))
