"""Speed and memory of varinf.sgvb.fit beside NumPyro: logistic regression, mean-field Gaussian, Adam.

Usage: python benchmarks/sgvb.py [--repeat 5] [--steps 10000] [--only float64|float32]

Needs numpyro beside varinf. The model: w ~ N(0, I), y_n ~ Bernoulli(sigmoid(w . x_n)), n = 5,000, d = 30; one
sample a step, the same data, start, learning rate and number of steps. Every single run is a process of its
own on one core; libraries take turns. A step's time is the difference of two fits, of 1 and of 1 + I steps,
over I: so imports and NumPyro's compilation, which SVI.run repeats in every call, drop out.

Prints a table and writes it to benchmarks/sgvb.md, with every single run in sgvb.json.
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
import time
from pathlib import Path

import numpy as np
from measuring import HERE, cell, child, clocked, described, machine, median, memory

N, D, RATE, SEED = 5_000, 30, 0.01, 0
GIVEN, PAIR, AUTOGRAD, NUMPYRO = (
    "varinf, gradient given, bound every 100 steps", "varinf, gradient and value given, bound every step",
    "varinf, gradient by autograd, bound every step", "NumPyro, SVI.run")


# --- One run, in a process of its own -----------------------------------------------------------------


def regression(dtype):
    rng = np.random.default_rng(SEED)
    X = rng.standard_normal((N, D))
    w = rng.standard_normal(D)
    y = rng.random(N) < 1 / (1 + np.exp(-X @ w))
    return X.astype(dtype), y.astype(dtype)


def values(X, y):
    """log p(y, w) but for a constant: w (S, D) -> (S,). log(1 + e^a) = a/2 + |a|/2 + log(1 + e^-|a|)."""

    def log_joint(w):
        logits = w @ X.T
        size = np.abs(logits)
        normaliser = (0.5 * size + np.log1p(np.exp(-size))).sum(axis=1)
        return logits @ (y - 0.5) - normaliser - 0.5 * (w**2).sum(axis=1)

    return log_joint


def gradient_alone(X, y):
    columns, half = np.ascontiguousarray(X.T), y - 0.5          # both products then read memory in order

    def gradient(w):
        residual = np.tanh(0.5 * (w @ columns))                 # sigmoid(a) = 1/2 + tanh(a/2) / 2
        residual *= -0.5
        residual += half
        return (columns @ residual.T).T - w

    return gradient


def gradient_and_value(X, y):
    columns, half = np.ascontiguousarray(X.T), y - 0.5

    def both(w):
        logits = w @ columns
        size = np.abs(logits)
        normaliser = (0.5 * size + np.log1p(np.exp(-size))).sum(axis=1)
        value = logits @ half - normaliser - 0.5 * (w**2).sum(axis=1)
        return value, (columns @ (half - 0.5 * np.tanh(0.5 * logits)).T).T - w

    return both


def fit_varinf(which, X, y, steps):
    import autograd.numpy as anp

    from varinf.sgvb import fit

    def log_joint(w):
        logits = anp.dot(w, X.T)
        return anp.dot(logits, y) - anp.sum(anp.logaddexp(0, logits), axis=1) - 0.5 * anp.sum(w**2, axis=1)

    options = {
        GIVEN: {"log_joint": values(X, y), "grad": gradient_alone(X, y), "elbo_every": 100},
        PAIR: {"log_joint": None, "grad": gradient_and_value(X, y)},
        AUTOGRAD: {"log_joint": log_joint},
    }[which]
    fitted = fit(dim=D, rng=np.random.default_rng(SEED), num_samples=1, learning_rate=RATE, max_iter=steps,
                 tol=None, dtype=X.dtype, **options)
    return fitted.loc, fitted.scale


def fit_numpyro(_, X, y, steps):
    import jax
    import numpyro
    from numpyro import distributions as dist
    from numpyro.infer import SVI, Trace_ELBO
    from numpyro.infer.autoguide import AutoNormal
    from numpyro.infer.initialization import init_to_value

    jax.config.update("jax_enable_x64", X.dtype == np.float64)
    X, y = jax.numpy.asarray(X), jax.numpy.asarray(y)

    def model():
        w = numpyro.sample("w", dist.Normal(jax.numpy.zeros(D, X.dtype), 1).to_event(1))
        numpyro.sample("y", dist.Bernoulli(logits=X @ w).to_event(1), obs=y)

    start = init_to_value(values={"w": jax.numpy.zeros(D, X.dtype)})
    guide = AutoNormal(model, init_loc_fn=start, init_scale=1.0)
    svi = SVI(model, guide, numpyro.optim.Adam(RATE), Trace_ELBO(num_particles=1))
    result = svi.run(jax.random.PRNGKey(SEED), steps, progress_bar=False)
    result.losses.block_until_ready()
    return np.asarray(result.params["w_auto_loc"]), np.asarray(result.params["w_auto_scale"])


def bound(X, y, loc, scale):
    """The ELBO of what a fit arrived at, by the same 2,000 draws for all, in float64."""
    eps = np.random.default_rng(1).standard_normal((2_000, D))
    log_joint = values(X.astype(np.float64), y.astype(np.float64))
    # the prior's -D/2 log 2 pi and the entropy's D/2 log 2 pi e leave D/2
    return float(log_joint(loc + scale * eps).mean() + np.log(scale).sum() + 0.5 * D)


def one(which, dtype, steps):
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    fit = fit_numpyro if which == NUMPYRO else fit_varinf
    X, y = regression(dtype)
    fit(which, X, y, 1)                                         # imports
    first, _ = clocked(fit, which, X, y, 1)
    whole, (loc, scale) = clocked(fit, which, X, y, 1 + steps)
    wall, processor = (whole - first) / steps
    return {"microseconds": 1e6 * wall, "processor microseconds": 1e6 * processor, "first": first[0],
            "megabytes": memory()[1], "bound": bound(X, y, loc, scale)}


def profile(dtype, steps):
    """Where the time of a step goes: processor time within each function, the longest first."""
    X, y = regression(dtype)
    profiler = cProfile.Profile(time.process_time)
    fit_varinf(GIVEN, X, y, 1)                                  # imports
    profiler.runcall(fit_varinf, GIVEN, X, y, steps)
    rows = [(own / steps * 1e6, f"{Path(file).stem}.{name}" if file != "~" else name)
            for (file, _, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items()]
    return [f"{name} {own:.0f}" for own, name in sorted(rows, reverse=True)[:6]]


def gradient_microseconds(dtype, repeat, calls=2_000):
    """The model's gradient by itself, which no way of fitting can do without: the median of `repeat` times."""
    X, y = regression(dtype)
    gradient, w = gradient_alone(X, y), np.zeros((1, D), dtype)

    def many():
        for _ in range(calls):
            gradient(w)

    many()                                                      # caches
    return statistics.median(1e6 * clocked(many)[0][0] / calls for _ in range(repeat))


# --- All runs -----------------------------------------------------------------------------------------


def report(runs, where, steps):
    lines = [
        "# Speed of varinf.sgvb.fit", "",
        f"Written by `benchmarks/sgvb.py`. Mean-field Gaussian for logistic regression, n = {N:,}, d = {D},",
        f"one sample a step, Adam, {steps:,} steps, one core. Medians, the range of the runs in brackets. A",
        "step's time is the difference of two fits, so compilation is not in it; `first step` is a whole fit",
        "of one step, with NumPyro's compilation. Memory is the peak of the process, imports included. The",
        "bound is that of the final q, in nats, from 2,000 draws: varinf's q is the average of the last 500",
        "iterates, NumPyro's the last iterate.", "",
        described(where), "",
    ]
    for dtype, measured in runs.items():
        lines += [
            f"## {dtype}", "",
            "| library | runs | µs a step | processor µs | speed, times NumPyro's | first step (s) "
            "| peak memory (MiB) | bound |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
        numpyro = median(measured["runs"][NUMPYRO], "microseconds")
        for which, one in measured["runs"].items():
            lines.append(
                f"| {which} | {len(one)} | {cell(one, 'microseconds', 0)} "
                f"| {median(one, 'processor microseconds'):.0f} | {numpyro / median(one, 'microseconds'):.1f} "
                f"| {median(one, 'first'):.2f} | {median(one, 'megabytes'):.0f} "
                f"| {median(one, 'bound'):.2f} |")
        lines += ["", "Where a step with the gradient given spends its processor time, µs under a profiler: "
                  + ", ".join(measured["profile"]) + ".", "",
                  f"The gradient of this model by itself, two products with X and {N:,} hyperbolic tangents, takes "
                  f"{measured['gradient']:.0f} µs a call; half of NumPyro's step is {numpyro / 2:.0f} µs. What varinf adds "
                  f"is a draw, the chain rule, Adam and its checks, in calls of numpy on arrays of {D} and {2 * D} "
                  "numbers.", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each kind (default: 5)")
    parser.add_argument("--steps", type=int, default=10_000, help="steps timed (default: 10,000)")
    parser.add_argument("--only", choices=["float64", "float32"], help="measure only this, and write no file")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(*arguments.one, arguments.steps)))
        return
    runs = {}
    for dtype in [arguments.only] if arguments.only else ["float64", "float32"]:
        measured = {which: [] for which in (GIVEN, PAIR, AUTOGRAD, NUMPYRO)}
        for _ in range(arguments.repeat):
            for which in measured:
                measured[which].append(child(__file__, which, dtype, "--steps", arguments.steps))
        runs[dtype] = {"runs": measured, "profile": profile(dtype, 2_000),
                       "gradient": gradient_microseconds(dtype, arguments.repeat)}
    where = machine("numpy", "scipy", "autograd", "numpyro", "jax")
    text = report(runs, where, arguments.steps)
    print(text)
    if not arguments.only:
        (HERE / "sgvb.md").write_text(text, encoding="utf-8")
        (HERE / "sgvb.json").write_text(json.dumps({"machine": where, "runs": runs}, indent=1) + "\n")


if __name__ == "__main__":
    main()
