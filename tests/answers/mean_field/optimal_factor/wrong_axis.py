# Takes `axis` for the one to average over.
# message: You averaged along the wrong axis
def optimal_factor(log_joint, q_other, axis):
    table = log_joint if axis == 1 else log_joint.T
    seen = q_other > 0
    logs = table[:, seen] @ q_other[seen]
    return np.exp(logs - logsumexp(logs))
