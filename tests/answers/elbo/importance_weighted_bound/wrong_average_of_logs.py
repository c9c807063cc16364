# The mean of all log weights: the ELBO.
# message: You averaged the logs: that is the ELBO
def importance_weighted_bound(log_w):
    return log_w.mean()
