# np.average, one component after another.
def m_step(x, r):
    weights, means, sds = [], [], []
    for column in r.T:
        mean = np.average(x, weights=column)
        weights.append(column.mean())
        means.append(mean)
        sds.append(np.average((x - mean) ** 2, weights=column) ** 0.5)
    return np.array(weights), np.array(means), np.array(sds)
