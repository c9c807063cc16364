# Three Gaussians in a row, as histograms: half the squared distance of the means. One array, three rows.
def triangle_counterexample():
    z = np.linspace(-5, 7, 200)
    heights = norm.pdf(z, np.array([[0.0], [1.0], [2.0]]), 1.0)
    return heights / heights.sum(axis=1, keepdims=True)
