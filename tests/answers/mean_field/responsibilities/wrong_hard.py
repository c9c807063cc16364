# Gives every datum to its most responsible component.
# message: You gave each datum to one component
def responsibilities(log_rho):
    return np.eye(log_rho.shape[1])[log_rho.argmax(axis=1)]
