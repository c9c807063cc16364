# Both derivatives of the draw in one matrix, and one product.
def reparameterization_gradient(df, mu, sd, eps):
    draw = np.stack([np.ones_like(eps), eps])
    return tuple(draw @ df(mu + sd * eps) / eps.size)
