# Multiplies by the log variance as it is.
# message: You used log_var as the sd
def reparameterize(mu, log_var, eps):
    return mu + log_var * eps
