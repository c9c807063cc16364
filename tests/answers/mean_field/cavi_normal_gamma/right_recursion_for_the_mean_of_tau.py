# The spread of q(mu) enters b as 1 / (2 E[tau]): a recursion for one number.
def cavi_normal_gamma(x, mu0, lam0, a0, b0, iterations):
    away, a = x - mu0, a0 + (x.size + 1) / 2
    shift = away.sum() / (lam0 + x.size)
    c = b0 + 0.5 * (np.sum((away - shift) ** 2) + lam0 * shift**2)
    tau = [a0 / b0]
    for _ in range(iterations):
        tau.append(a / (c + 0.5 / tau[-1]))
    return {"mu": mu0 + shift, "lam": (lam0 + x.size) * tau[-2], "a": a, "b": a / tau[-1]}
