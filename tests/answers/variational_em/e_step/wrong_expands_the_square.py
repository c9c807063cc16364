# x^2 - 2xm + m^2: fine near zero, no digit left near 1e8.
# message: Subtract before you square
def e_step(x, weights, means, sds):
    x = x[:, None]
    logs = np.log(weights / sds) - (x**2 - 2 * x * means + means**2) / (2 * sds**2)
    return softmax(logs, axis=1)
