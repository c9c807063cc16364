"""Speed and memory of varinf.mean_field beside scikit-learn and bayespy.

Usage: python benchmarks/mean_field.py [--repeat 5] [--threads 1] [--only mixture|minibatches|regression]

Needs scikit-learn and bayespy beside varinf. Every single run is a process of its own, so that its peak
memory is its own; libraries take turns, run after run, on the same data with the same number of
iterations and threads. Seconds an iteration are the difference of two fits, of 1 and of 1 + I
iterations, over I: what comes before and after the iterations drops out.

Prints tables and writes them to benchmarks/mean_field.md, with every single run in mean_field.json.
"""

import argparse
import json
import statistics
import time
import warnings

import numpy as np
from measuring import HERE, cell, child, clocked, described, forget_peak, machine, median, memory

# name: n, d, K, iterations timed, libraries
MIXTURES = {
    "mixture, n = 100,000": (100_000, 10, 20, 10, ("varinf", "scikit-learn", "bayespy")),
    "mixture, n = 1,000,000": (1_000_000, 10, 20, 2, ("varinf",)),
}
# name: n, D, iterations timed, libraries
REGRESSIONS = {
    "regression, n = 1,000, D = 10": (1_000, 10, 100, ("varinf", "scikit-learn")),
    "regression, n = 5,000, D = 50": (5_000, 50, 100, ("varinf", "scikit-learn")),
    "regression, n = 10,000, D = 200": (10_000, 200, 100, ("varinf", "scikit-learn")),
}
BATCH = 1_000                                                   # points in a minibatch
LOOK = 100                                                      # steps between looks at the bound


# --- One run, in a process of its own -----------------------------------------------------------------


def clusters(n, d, K):
    """Overlapping Gaussian clusters of different shapes."""
    rng = np.random.default_rng(0)
    centres, mix = 2 * rng.normal(size=(K, d)), rng.normal(size=(K, d, d)) / np.sqrt(d)
    X = rng.normal(size=(n, d))
    labels = rng.integers(K, size=n)
    for k in range(K):
        X[labels == k] = centres[k] + X[labels == k] @ mix[k]
    return X


def weights_and_data(n, d):
    """Ten features in a hundred matter, at least two."""
    rng = np.random.default_rng(0)
    w = np.zeros(d)
    w[: max(2, d // 10)] = rng.normal(size=max(2, d // 10))
    Phi = rng.normal(size=(n, d))
    return Phi, Phi @ w + 0.5 * rng.normal(size=n)


def mixture_varinf(X, K, iterations):
    from varinf.mean_field import BayesianGaussianMixture

    BayesianGaussianMixture(K, max_iter=iterations, tol=None).fit(X)


def mixture_sklearn(X, K, iterations):
    from sklearn.mixture import BayesianGaussianMixture

    BayesianGaussianMixture(
        n_components=K, weight_concentration_prior_type="dirichlet_distribution",
        init_params="random_from_data", max_iter=iterations, tol=0, random_state=0).fit(X)


def mixture_bayespy(X, K, iterations):
    """q(mean) q(precision) apart, which bayespy offers, and not their joint Normal-Wishart."""
    from bayespy.inference import VB
    from bayespy.nodes import Categorical, Dirichlet, Gaussian, Mixture, Wishart

    n, d = X.shape
    weights = Dirichlet(np.full(K, 1 / K))
    labels = Categorical(weights, plates=(n,))
    means = Gaussian(np.zeros(d), np.eye(d), plates=(K,))
    precisions = Wishart(d, np.eye(d), plates=(K,))
    points = Mixture(labels, Gaussian, means, precisions)
    points.observe(X)
    labels.initialize_from_random()
    VB(points, means, precisions, labels, weights).update(repeat=iterations, verbose=False)


def regression_varinf(Phi, y, iterations):
    from varinf.mean_field import BayesianLinearRegression

    options = {"max_iter": iterations, "tol": None} if iterations else {}
    return BayesianLinearRegression(**options).fit(Phi, y)


def regression_sklearn(Phi, y, iterations):
    from sklearn.linear_model import ARDRegression

    options = {"max_iter": iterations, "tol": 0, "threshold_lambda": 1e300} if iterations else {}
    return ARDRegression(fit_intercept=False, **options).fit(Phi, y)


def one_iteration(run, *data, iterations):
    before, short = forget_peak(), clocked(run, *data, 1)[0]
    wall, processor = (clocked(run, *data, 1 + iterations)[0] - short) / iterations
    return {"seconds an iteration": wall, "processor seconds": processor,
            "megabytes before": before, "megabytes added": memory()[1] - before}


def one_mixture(case, library):
    n, d, K, iterations, _ = MIXTURES[case]
    run = {"varinf": mixture_varinf, "scikit-learn": mixture_sklearn, "bayespy": mixture_bayespy}[library]
    X = clusters(n, d, K)
    run(X[:1000], K, 1)                                         # imports
    return one_iteration(run, X, K, iterations=1 if library == "bayespy" else iterations)


def one_regression(case, library):
    n, d, iterations, _ = REGRESSIONS[case]
    run = {"varinf": regression_varinf, "scikit-learn": regression_sklearn}[library]
    Phi, y = weights_and_data(n, d)
    run(Phi[:100], y[:100], 2)
    result = one_iteration(run, Phi, y, iterations=iterations)
    start = time.perf_counter()
    fitted = run(Phi, y, None)
    return result | {"seconds to converge": time.perf_counter() - start, "iterations": int(fitted.n_iter_)}


def one_minibatches(case, library):
    """How many passes over a million points until the bound per point is within 0.1% of the converged
    batch's. Both start from the q that the first minibatch's seeds give."""
    from varinf.mean_field import BayesianGaussianMixture

    n, d, K = 1_000_000, 10, 20
    X = clusters(n, d, K)
    prior = {"mean_prior": X.mean(axis=0), "covariance_prior": np.diag(X.var(axis=0))}
    options = prior | {"random_state": int(case.rpartition(" ")[2])}
    steps = BayesianGaussianMixture(K, total_samples=n, **options).partial_fit(X[:BATCH])
    start = steps.responsibilities(X)

    marks, began = [], time.perf_counter()
    batch = BayesianGaussianMixture(K, tol=10.0, **options)     # 1e-5 nats a point
    batch.fit(X, responsibilities=start, callback=lambda *_: marks.append(time.perf_counter() - began))
    goal = batch.elbo_[-1] - 0.001 * abs(batch.elbo_[-1])
    passes = int(np.argmax(batch.elbo_ >= goal)) + 1
    result = {"batch passes": passes, "batch seconds": marks[passes - 1],
              "batch passes to converge": batch.n_iter_, "batch bound a point": batch.elbo_[-1] / n}

    spent, order = 0.0, np.random.default_rng(1).permutation(n)
    for step in range(1, passes * n // BATCH):                  # the first step was taken above
        points = X[order[step * BATCH % n :][:BATCH]]
        spent += clocked(steps.partial_fit, points)[0][0]
        if (step + 1) % LOOK == 0 and steps.elbo(X) >= goal:    # looking is not counted
            break
    bound = steps.elbo(X)
    return result | {"minibatch passes": (step + 1) * BATCH / n, "minibatch seconds": spent,
                     "minibatch bound a point": bound / n, "reached": bool(bound >= goal)}


ONE = {"mixture": one_mixture, "regression": one_regression, "minibatches": one_minibatches}


# --- All runs -----------------------------------------------------------------------------------------


def measure(kind, repeat, threads):
    """{case: {library: [one run, ...]}}; the libraries take turns."""
    if kind == "minibatches":                                   # a start a run
        return {f"start {seed}": {"varinf": [child(__file__, kind, f"start {seed}", "varinf", threads=threads)]}
                for seed in range(repeat)}
    runs = {}
    for case, (*_, libraries) in {"mixture": MIXTURES, "regression": REGRESSIONS}[kind].items():
        runs[case] = {library: [] for library in libraries}
        for _ in range(repeat):
            for library in libraries:
                runs[case][library].append(child(__file__, kind, case, library, threads=threads))
    return runs


def speed_table(runs, digits, extra=()):
    clocks = ("seconds an iteration", "processor seconds")
    head = ["case", "library", "runs", *clocks, *(name for name, _ in extra), "varinf is",
            "peak memory (MiB)", "before the fit", "added by it"]
    lines = ["| " + " | ".join(head) + " |", "|---|---|" + "---:|" * (len(head) - 2)]
    for case, libraries in runs.items():
        ours = {name: median(libraries["varinf"], name) for name in clocks}
        for library, measured in libraries.items():
            wall, processor = (median(measured, name) / ours[name] for name in ours)
            before, added = (median(measured, f"megabytes {part}") for part in ("before", "added"))
            faster = f"{wall:.1f} times as fast (processor: {processor:.1f})"
            row = [case, library, str(len(measured)), *(cell(measured, name, digits) for name in ours),
                   *(cell(measured, name, places) for name, places in extra),
                   "" if library == "varinf" else faster,
                   *(f"{size:.0f}" for size in (before + added, before, added))]
            lines.append("| " + " | ".join(row) + " |")
    return lines


def minibatch_table(runs):
    head = ["start", "batch: passes", "seconds", "to converge", "nats a point",
            "minibatches: passes", "seconds", "nats a point"]
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * 7]
    for case, libraries in runs.items():
        (one,) = libraries["varinf"]
        reached = "" if one["reached"] else " (not reached)"
        row = [case, str(one["batch passes"]), f"{one['batch seconds']:.1f}",
               str(one["batch passes to converge"]), f"{one['batch bound a point']:.4f}",
               f"{one['minibatch passes']:.2f}{reached}",
               f"{one['minibatch seconds']:.1f}", f"{one['minibatch bound a point']:.4f}"]
        lines.append("| " + " | ".join(row) + " |")
    found = [one for libraries in runs.values() for one in libraries["varinf"]]
    reached = [one for one in found if one["reached"]]
    quicker = statistics.median(one["batch passes"] / one["minibatch passes"] for one in reached)
    best, other = (max(one[f"{kind} bound a point"] for one in found) for kind in ("minibatch", "batch"))
    return [*lines, "", f"Reached from {len(reached)} of {len(found)} starts, there in a median of {quicker:.0f} times "
            "fewer passes. The bound has many local optima, and the two ways need not end in the same one, whichever "
            f"is better: of all starts, the best bound a point is {best:.4f} by minibatches and {other:.4f} by batch."]


TEXTS = {
    "mixture": """## Gaussian mixture, full covariance

`BayesianGaussianMixture`, 10 features, 20 components. varinf holds 1,024 points at a time beyond X, which
takes 80 bytes a point here. bayespy keeps q(mean) and q(precision) apart.""",
    "minibatches": f"""## Minibatches

1,000,000 points, 10 features, 20 components, minibatches of {BATCH:,} points. Passes over the data until the
bound per point is within 0.1% of the converged batch's, from the same start; a start a row. Minibatches
stop when they have used as many passes as the batch.""",
    "regression": """## Linear regression with relevance determination

`BayesianLinearRegression` and `ARDRegression`. An iteration treats every weight: scikit-learn is told to
drop none and not to stop. To converge: each with its own defaults, where scikit-learn drops weights, takes
longer steps and stops earlier.""",
}


def report(results):
    lines = ["""# Speed of mean field

Written by `benchmarks/mean_field.py`. Medians, the range of the runs in brackets. Each run is a process of
its own; the libraries take turns on the same data, with the same number of iterations and threads.
Processor seconds are for when others use the machine too: with one thread they are nearly what the clock
would show on an idle one."""]
    for kind in (kind for kind in ONE if kind in results):
        where, runs = results[kind]["machine"], results[kind]["runs"]
        table = {"mixture": lambda: speed_table(runs, 3), "minibatches": lambda: minibatch_table(runs),
                 "regression": lambda: speed_table(
                     runs, 5, [("seconds to converge", 3), ("iterations", 0)])}[kind]()
        lines += ["", TEXTS[kind], "", described(where, f", threads used: {where['threads']}"), "", *table]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--threads", default="1", help="threads of the linear algebra (default: 1)")
    parser.add_argument("--only", choices=ONE, help="measure only this, keep the rest")
    parser.add_argument("--one", nargs=3, metavar=("KIND", "CASE", "LIBRARY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        kind, case, library = arguments.one
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                     # peers warn of a fixed number of iterations
            print(json.dumps(ONE[kind](case, library)))
        return
    stored = HERE / "mean_field.json"
    results = json.loads(stored.read_text()) if arguments.only and stored.exists() else {}
    for kind in [arguments.only] if arguments.only else ONE:
        where = machine("numpy", "scipy", "scikit-learn", "bayespy") | {"threads": arguments.threads}
        results[kind] = {"machine": where, "runs": measure(kind, arguments.repeat, arguments.threads)}
    text = report(results)
    print(text)
    (HERE / "mean_field.md").write_text(text, encoding="utf-8")
    stored.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
