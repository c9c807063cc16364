# The log of a density that has underflowed.
# message: A density underflowed
def free_energy(x, r, weights, means, sds):
    seen = r > 0
    joint = weights * norm.pdf(x[:, None], means, sds)
    return np.sum(r[seen] * (np.log(joint[seen]) - np.log(r[seen])))
