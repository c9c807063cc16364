# Plain Python over the broadcast arrays, one number after another.
import math


def reparameterize(mu, log_var, eps):
    triples = np.broadcast(mu, log_var, eps)
    return np.reshape([m + math.exp(v / 2) * e for m, v, e in triples], triples.shape)
