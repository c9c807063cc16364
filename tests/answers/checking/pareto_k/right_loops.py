# Plain Python from beginning to end, in the words of the recipe.
import math


def pareto_k(log_weights):
    logs = sorted(log_weights.tolist(), reverse=True)
    S = len(logs)
    M = math.ceil(min(0.2 * S, 3 * math.sqrt(S)))
    threshold = math.exp(logs[M] - logs[0])
    y = [math.exp(a - logs[0]) - threshold for a in logs[:M]][::-1]
    m = 30 + math.isqrt(M)
    quartile = y[math.floor(M / 4 + 0.5) - 1]

    def k_of(b):
        return math.fsum(math.log1p(-b * value) for value in y) / M

    grid = [1 / y[-1] + (1 - math.sqrt(m / (i - 0.5))) / (3 * quartile) for i in range(1, m + 1)]
    heights = [M * (math.log(-b / k_of(b)) - k_of(b) - 1) for b in grid]
    shares = [math.exp(h - max(heights)) for h in heights]
    k = k_of(sum(s * b for s, b in zip(shares, grid)) / sum(shares))
    return (M * k + 5) / (M + 10)
