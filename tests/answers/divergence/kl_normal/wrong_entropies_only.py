# Takes KL for the difference of two entropies.
# message: This is the difference of the entropies only
def kl_normal(m0, sd0, m1, sd1):
    return np.log(sd1 / sd0)
