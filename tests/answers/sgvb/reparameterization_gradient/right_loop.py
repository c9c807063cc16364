# Plain Python over the draws.
def reparameterization_gradient(df, mu, sd, eps):
    slopes = [float(slope) for slope in df(mu + sd * eps)]
    return sum(slopes) / len(slopes), sum(s * e for s, e in zip(slopes, eps)) / len(slopes)
