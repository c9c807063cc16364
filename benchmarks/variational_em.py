"""Speed and memory of varinf.variational_em beside scikit-learn.

Usage: python benchmarks/variational_em.py [--repeat 5] [--threads 1] [--only topics|factors|mixture]

Every single run is a process of its own, so that its peak memory is its own; libraries take turns, run
after run, on the same data with the same number of iterations and threads. Seconds an iteration are
the difference of two fits, of 1 and of 1 + I iterations, over I: what comes before and after the
iterations drops out (scikit-learn infers every document once more at the end). Only for factors is it a
whole fit of 20 iterations over 20, because varinf does most of its work before the first.

Prints tables and writes them to benchmarks/variational_em.md, with every single run in
variational_em.json. Where a target is missed, a profile follows.
"""

import argparse
import cProfile
import io
import json
import pstats
import time
import warnings

import numpy as np
from measuring import HERE, cell, child, clocked, described, forget_peak, machine, median, memory

PEERS = ("varinf", "scikit-learn")

# case: (libraries, how many times scikit-learn's speed is asked for)
CASES = {
    "topics, 20 rounds a document": (PEERS, 2),
    "topics, documents to tolerance 1e-3": (PEERS, 2),
    "factors, n = 20,000, d = 100, k = 10": (
        ("varinf PPCA", "varinf FA", "scikit-learn FA, randomized", "scikit-learn FA, lapack"), 1),
    "mixture, n = 100,000, d = 10, K = 20": (PEERS, 1),
}


# --- One run, in a process of its own -----------------------------------------------------------------


def text():
    """2,000 speeches to train on and 236 held out; 2,000 words."""
    from varinf.datasets import speeches

    counts = speeches().counts[np.random.default_rng(0).permutation(2236)]
    return counts[:2000], counts[2000:]


def topics(case, library, seed):
    """Passes over the text with 20 topics; alpha = eta = 1/20 in both."""
    from scipy.sparse import csr_matrix

    from varinf.variational_em import LatentDirichletAllocation, split_words

    train, test = text()
    rounds, tol = (20, 0.0) if "20 rounds" in case else (100, 1e-3)

    def ours(passes):
        return LatentDirichletAllocation(
            20, max_iter=passes, tol=None, max_doc_iter=rounds, doc_tol=tol, random_state=seed).fit(train)

    def theirs(passes):
        from sklearn.decomposition import LatentDirichletAllocation as Peer

        return Peer(
            20, max_iter=passes, learning_method="batch", evaluate_every=0, max_doc_update_iter=rounds,
            mean_change_tol=tol, random_state=seed).fit(csr_matrix(train))

    result, model = one_iteration(ours if library == "varinf" else theirs, 10)
    topic_counts = model.topic_counts_ if library == "varinf" else model.components_
    # both judged by the same bound: a step of no length from these topics
    judge = LatentDirichletAllocation(
        20, topic_counts_init=topic_counts, total_samples=1, learning_offset=1e30)
    judge.partial_fit(train[:1])
    halves = split_words(test, np.random.default_rng(1))
    return result | {"held-out bound a word": float(judge.document_elbo(test).sum() / test.sum()),
                     "completion perplexity": judge.completion_perplexity(*halves)}


def factors(case, library, seed):
    from sklearn.decomposition import FactorAnalysis as Peer

    from varinf.variational_em import FactorAnalysis, ProbabilisticPCA

    rng = np.random.default_rng(seed)
    X = rng.normal(size=(20_000, 10)) @ rng.normal(size=(10, 100)) + rng.normal(size=(20_000, 100))
    run = {
        "varinf PPCA": lambda i: ProbabilisticPCA(10, method="em", max_iter=i, tol=None).fit(X),
        "varinf FA": lambda i: FactorAnalysis(10, max_iter=i, tol=None).fit(X),
        "scikit-learn FA, randomized": lambda i: Peer(10, max_iter=i, tol=0.0).fit(X),
        "scikit-learn FA, lapack": lambda i: Peer(10, max_iter=i, tol=0.0, svd_method="lapack").fit(X),
    }[library]
    to_the_end = {
        "varinf PPCA": lambda: ProbabilisticPCA(10).fit(X),
        "varinf FA": lambda: FactorAnalysis(10, tol=1e-2).fit(X),
        "scikit-learn FA, randomized": lambda: Peer(10, tol=1e-2).fit(X),
        "scikit-learn FA, lapack": lambda: Peer(10, tol=1e-2, svd_method="lapack").fit(X),
    }[library]
    result, _ = one_iteration(run, 20, setup=True)
    begun = time.process_time()
    fitted = to_the_end()
    return result | {"processor seconds of a whole fit": time.process_time() - begun,
                     "log likelihood a row": float(fitted.score(X))}


def mixture(case, library, seed):
    from sklearn.mixture import GaussianMixture as Peer

    from varinf.variational_em import GaussianMixture

    rng = np.random.default_rng(seed)
    n, d, K = 100_000, 10, 20
    centres = 3 * rng.normal(size=(K, d))
    mix = np.eye(d) + 0.2 * rng.normal(size=(d, d))
    X = centres[rng.integers(K, size=n)] + rng.normal(size=(n, d)) @ mix
    ones = np.broadcast_to(np.eye(d), (K, d, d))

    def ours(iterations):
        return GaussianMixture(
            K, means_init=centres, covariances_init=ones, max_iter=iterations, tol=None).fit(X)

    def theirs(iterations):
        return Peer(K, means_init=centres, precisions_init=ones, weights_init=np.full(K, 1 / K),
                    init_params="random_from_data", max_iter=iterations, tol=0, random_state=0).fit(X)

    result, fitted = one_iteration(ours if library == "varinf" else theirs, 5)
    return result | {"log likelihood a row": float(fitted.score(X))}


def one_iteration(run, iterations, setup=False):
    """The seconds of an iteration, and the longer fit; with setup, what comes before and after counts too.
    The first fit also pays for imports, so it is not timed."""
    quietly(run, 1)
    before = forget_peak()
    short = 0 if setup else quietly(run, 1)[0]
    long, fitted = quietly(run, iterations if setup else 1 + iterations)
    wall, processor = (long - short) / iterations
    return {"seconds an iteration": wall, "processor seconds": processor,
            "megabytes before": before, "megabytes added": memory()[1] - before}, fitted


def quietly(run, iterations):
    """What `clocked` says of a run; peers warn of convergence, and the iterations are fixed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clocked(run, iterations)


ONE = {"topics": topics, "factors": factors, "mixture": mixture}


def one(case, library, seed):
    return ONE[case.split(",")[0]](case, library, seed)


def profiled(case, library):
    """The fifteen functions with the most time of their own in one run."""
    profile, listing = cProfile.Profile(), io.StringIO()
    profile.runcall(one, case, library, 0)
    pstats.Stats(profile, stream=listing).strip_dirs().sort_stats("tottime").print_stats(15)
    return listing.getvalue()


# --- All runs -----------------------------------------------------------------------------------------


def table(case, results):
    """A row a library, its extra measurements last."""
    usual = {"processor seconds": 4, "seconds an iteration": 4, "megabytes before": 0, "megabytes added": 0}
    extra = {name: 4 for name in next(iter(results.values()))[0] if name not in usual}
    names = usual | extra
    lines = [f"## {case[0].upper()}{case[1:]}", "", "| library | " + " | ".join(names) + " |",
             "|---|" + "---:|" * len(names)]
    for library, runs in results.items():
        cells = [cell(runs, name, digits) for name, digits in names.items()]
        lines.append(f"| {library} | " + " | ".join(cells) + " |")
    return lines + [""]


def verdicts(case, results, target):
    """Speed of each of varinf's against the quickest of scikit-learn's, by processor time; whether all reach
    the target."""
    seconds = {library: median(runs, "processor seconds") for library, runs in results.items()}
    best = min((s, library) for library, s in seconds.items() if "scikit" in library)
    lines, reached = [], True
    for library in (library for library in seconds if "varinf" in library):
        ratio = best[0] / seconds[library]
        reached &= ratio >= target
        lines.append(
            f"{library}: {ratio:.1f} times the iterations a second of {best[1]} (asked for: {target}).")
    return [*lines, ""], reached


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each kind (default: 5)")
    parser.add_argument("--threads", type=int, default=1, help="threads of either library (default: 1)")
    parser.add_argument("--only", choices=list(ONE), help="measure only these, and write no file")
    parser.add_argument("--one", nargs=3, metavar=("CASE", "LIBRARY", "SEED"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        case, library, seed = arguments.one
        print(json.dumps(one(case, library, int(seed))))
        return

    where = machine("varinf", "numpy", "scipy", "scikit-learn")
    lines = [
        "# Speed of varinf.variational_em", "",
        "Written by `benchmarks/variational_em.py`. Medians of all runs, the range in brackets; each run is",
        "a process of its own and the libraries take turns. Processor seconds of one iteration decide: other",
        "work on the machine disturbs them less than seconds on the clock. For factors it is a fit",
        "of 20 iterations over 20, what comes before the first included. Memory, in MiB: held before the",
        "fit, data and libraries, and the peak that the fit adds. 20 topics are learned from 2,000 speeches",
        "(pieces of 300 words, of which 2,000 different ones count); 236 more are held out, and judged after",
        "11 passes by varinf's bound, whichever library found the topics.", "",
        described(where, f", threads used: {arguments.threads}"), "",
    ]
    everything = {}
    for case, (libraries, target) in CASES.items():
        if arguments.only not in (None, case.split(",")[0]):
            continue
        results = {library: [] for library in libraries}
        for seed in range(arguments.repeat):
            for library in libraries:
                results[library].append(child(__file__, case, library, seed, threads=arguments.threads))
        judgement, reached = verdicts(case, results, target)
        lines += table(case, results) + judgement
        if not reached:
            lines += ["The target was missed. The profile of one run:", "", "```"]
            lines += [profiled(case, libraries[0]), "```", ""]
        everything[case] = results
        print("\n".join(table(case, results) + judgement), flush=True)
    if not arguments.only:
        (HERE / "variational_em.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
        (HERE / "variational_em.json").write_text(
            json.dumps({"machine": where, "threads": arguments.threads, "runs": everything}, indent=1) + "\n")


if __name__ == "__main__":
    main()
