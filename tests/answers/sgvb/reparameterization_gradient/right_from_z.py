# dz/dsd recovered from the draw; two averages with numpy's average.
def reparameterization_gradient(df, mu, sd, eps):
    z = np.multiply(sd, eps) + mu
    slopes = df(z)
    return [float(np.average(slopes)), float(np.dot(slopes, eps)) / len(z)]
