# Takes the quartile by its number, where NumPy counts from 0.
# message: The index of y counts from 1
def pareto_k(log_weights):
    S = len(log_weights)
    M = int(np.ceil(min(0.2 * S, 3 * np.sqrt(S))))
    w = np.sort(np.exp(log_weights - np.max(log_weights)))
    y = w[-M:] - w[-M - 1]
    m = 30 + int(np.sqrt(M))
    b = 1 / y[-1] + (1 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))) / (3 * y[int(M / 4 + 0.5)])
    k = np.log1p(-b[:, None] * y).mean(axis=1)
    height = M * (np.log(-b / k) - k - 1)
    b_hat = b @ softmax(height)
    k_hat = np.log1p(-b_hat * y).mean()
    return (M * k_hat + 5) / (M + 10)
