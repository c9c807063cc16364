# Keeps exp in range by clipping at 700 nats either way.
# message: Clipping makes entries equal that are not
def responsibilities(log_rho):
    rho = np.exp(np.clip(log_rho, -700, 700))
    return rho / rho.sum(axis=1, keepdims=True)
