"""Speed and memory of varinf.vae beside PyTorch, and MNIST's lower bound against the digits seen.

Usage: python benchmarks/vae.py [--repeat 5] [--threads 1] [--only training|evaluation]
       python benchmarks/vae.py --curves FOLDER [--samples 3000000] [--latent 3 5 10 20]

Needs torch beside varinf. A VAE with 784 pixels, 500 hidden units each way and 20 latent dimensions, in
float32; the packaged digits, blown up to 28 x 28. Both do the same arithmetic: minibatches of 100 in a new
order each epoch, one draw a datum, the KL in closed form, the bound recorded, Adam. PyTorch's Adam is taken
as it comes, and fused. Every single run is a process of its own, so that its peak memory is its own;
libraries take turns, with the same number of threads. Prints tables and writes them to benchmarks/vae.md,
with every single run in vae.json.

--curves trains on MNIST's files, plain or gzipped, in FOLDER (varinf.datasets.fetch_mnist gets them), and
writes vae_curves.json after each latent dimension. It needs no torch.
"""

import argparse
import cProfile
import json
import os
import pstats
import sys
import time
from pathlib import Path

import numpy as np
from measuring import HERE, cell, child, clocked, described, forget_peak, machine, median, memory

LATENT, HIDDEN, BATCH, DIGITS, EPOCHS, RATE = 20, 500, 100, 20_000, 3, 0.001
TESTED, DRAWS = 1_000, 500
OURS, PEER, FUSED = "varinf", "PyTorch", "PyTorch, fused Adam"
LIBRARIES = {"training": (OURS, PEER, FUSED), "evaluation": (OURS, PEER)}


# --- One run, in a process of its own -----------------------------------------------------------------


def big_digits(n):
    """(n, 784) pixels of 0 and 1, float32: the 1,797 digits again and again, each pixel as 3 x 3, a margin of
    2, ink drawn anew with the grey level as its probability."""
    from varinf.datasets import digits

    rng = np.random.default_rng(0)
    grey = digits().data.reshape(-1, 8, 8) / 16
    grey = np.pad(np.kron(grey, np.ones((1, 3, 3))), ((0, 0), (2, 2), (2, 2)))
    grey = grey.reshape(-1, 784).astype(np.float32)
    return (rng.random((n, 784), np.float32) < grey[np.arange(n) % len(grey)]).astype(np.float32)


def ours(X, epochs):
    from varinf.vae import VAE

    return VAE(LATENT, HIDDEN, learning_rate=RATE).fit(X, epochs=epochs, batch_size=BATCH)


class Peer:
    """The same VAE in PyTorch; starts from the weights of varinf's, if given."""

    def __init__(self, fused, start=None):
        import torch
        from torch.nn import Linear

        torch.manual_seed(0)
        torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
        self.torch, self.bound = torch, None
        sizes = (784, HIDDEN), (HIDDEN, 2 * LATENT), (LATENT, HIDDEN), (HIDDEN, 784)
        self.layers = [Linear(*size) for size in sizes]
        if start is not None:
            p = start.params_
            heads = (np.hstack([p["W_mu"], p["W_log_var"]]), np.hstack([p["b_mu"], p["b_log_var"]]))
            pairs = (p["W1"], p["b1"]), heads, (p["W2"], p["b2"]), (p["W_out"], p["b_out"])
            for layer, (W, b) in zip(self.layers, pairs):
                layer.weight.data, layer.bias.data = torch.tensor(W.T.copy()), torch.tensor(b)
        parameters = [parameter for layer in self.layers for parameter in layer.parameters()]
        self.adam = torch.optim.Adam(parameters, lr=RATE, fused=True if fused else None)

    def encode(self, x):
        q = self.layers[1](self.torch.tanh(self.layers[0](x)))
        return q[:, :LATENT], q[:, LATENT:]

    def decode(self, z):
        return self.layers[3](self.torch.tanh(self.layers[2](z)))

    def train(self, X, epochs):
        torch = self.torch
        cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
        X = torch.from_numpy(X)
        for _ in range(epochs):
            order, total = torch.randperm(len(X)), 0.0
            for start in range(0, len(X), BATCH):
                x = X[order[start : start + BATCH]]
                mu, log_var = self.encode(x)
                z = mu + torch.exp(0.5 * log_var) * torch.randn_like(mu)
                kl = 0.5 * (mu * mu + log_var.exp() - 1 - log_var).sum()
                loss = (cross_entropy(self.decode(z), x, reduction="sum") + kl) / len(x)
                self.adam.zero_grad(set_to_none=True)
                loss.backward()
                self.adam.step()
                total -= loss.item() * len(x)
            self.bound = total / len(X)

    def log_evidence(self, X):
        """Two digits at a time: 1,000 rows, which was the quickest of 1, 2, 4 and 8 digits."""
        torch, values = self.torch, []
        cross_entropy = torch.nn.functional.binary_cross_entropy_with_logits
        with torch.no_grad():
            for x in torch.from_numpy(X).split(2):
                mu, log_var = self.encode(x)
                eps = torch.randn(DRAWS, len(x), LATENT)
                z = mu + torch.exp(0.5 * log_var) * eps
                logits = self.decode(z)
                log_p = -cross_entropy(logits, x.expand_as(logits), reduction="none").sum(-1)
                log_weights = log_p + 0.5 * (eps * eps - z * z + log_var).sum(-1)
                values.append(torch.logsumexp(log_weights, 0) - np.log(DRAWS))
        return torch.cat(values).numpy()


def training(library):
    """An epoch after a short one, which pays for imports and first calls."""
    X = big_digits(DIGITS)
    if library == OURS:
        model = ours(X[:1000], 1)
        run, bound = lambda: model.partial_fit(X, epochs=EPOCHS, batch_size=BATCH), lambda: model.elbo_[-1]
    else:
        peer = Peer(library == FUSED)
        peer.train(X[:1000], 1)
        run, bound = lambda: peer.train(X, EPOCHS), lambda: peer.bound
    result = measured(run, EPOCHS * DIGITS)
    return result | {"bound in the last epoch": float(bound())}


def evaluation(library):
    """log p(x) of 1,000 digits that were not trained on, by both with the same weights."""
    X = big_digits(DIGITS + TESTED)
    model, test = ours(X[:DIGITS], 1), X[DIGITS:]
    if library == OURS:
        rng, values = np.random.default_rng(0), []
        model.log_evidence(test[:10], rng, DRAWS)
        result = measured(lambda: values.append(model.log_evidence(test, rng, DRAWS)), TESTED)
    else:
        peer, values = Peer(False, model), []
        peer.log_evidence(test[:10])
        result = measured(lambda: values.append(peer.log_evidence(test)), TESTED)
    return result | {"log evidence a digit": float(values[0].mean(dtype=np.float64))}


def measured(run, digits):
    before = forget_peak()
    (wall, processor), _ = clocked(run)
    return {"digits a second": digits / wall, "digits a processor second": digits / processor,
            "megabytes before": before, "megabytes added": memory()[1] - before}


def profiled():
    """Where a training step of varinf spends its time: lines of (milliseconds, function)."""
    X = big_digits(DIGITS)
    model, profile = ours(X[:1000], 1), cProfile.Profile()
    profile.runcall(model.partial_fit, X, epochs=1, batch_size=BATCH)
    rows = [(own, name if file == "~" else f"{name} ({Path(file).name})")
            for (file, _, name), (_, _, own, _, _) in pstats.Stats(profile).stats.items()]
    return [{"milliseconds a step": 1000 * own / (DIGITS / BATCH), "function": name}
            for own, name in sorted(rows, reverse=True)[:8]]


ONE = {"training": training, "evaluation": evaluation, "profile": lambda library: profiled()}


# --- All runs -----------------------------------------------------------------------------------------


def measure(kind, repeat, threads):
    """{library: [one run, ...]}; the libraries take turns."""
    runs = {library: [] for library in LIBRARIES[kind]}
    for _ in range(repeat):
        for library in runs:
            runs[library].append(child(__file__, kind, library, threads=threads))
            print(kind, threads, library, runs[library][-1], file=sys.stderr, flush=True)
    return runs


def table(results, outcome):
    """A row a library and number of threads; `outcome`: the result that shows they compute the same."""
    head = ["threads", "library", "runs", "digits a second", "a processor second", "varinf is", outcome,
            "peak memory (MiB)", "before", "added"]
    lines = ["| " + " | ".join(head) + " |", "|---:|---|" + "---:|" * (len(head) - 2)]
    for threads, libraries in results.items():
        for library, runs in libraries.items():
            ratios = [median(libraries[OURS], name) / median(runs, name)
                      for name in ("digits a second", "digits a processor second")]
            peak = median(runs, "megabytes before") + median(runs, "megabytes added")
            lines.append("| " + " | ".join([
                str(threads), library, str(len(runs)), cell(runs, "digits a second", 0),
                cell(runs, "digits a processor second", 0),
                "" if library == OURS else f"{ratios[0]:.2f} times as fast (processor: {ratios[1]:.2f})",
                f"{median(runs, outcome):.2f}", f"{peak:.0f}", f"{median(runs, 'megabytes before'):.0f}",
                f"{median(runs, 'megabytes added'):.0f}"]) + " |")
    return lines


def report(results, profile, where):
    lines = [
        "# Speed of the VAE", "",
        "Written by `benchmarks/vae.py`. Medians, the range of the runs in brackets; each run is a process",
        "of its own, and the libraries take turns. With one thread, processor seconds are what the clock",
        "would show on an idle machine.", "",
        described(where), ""]
    if "training" in results:
        lines += ["## Training", "",
                  f"`VAE.fit`, 784-{HIDDEN}-{LATENT}, minibatches of {BATCH}, float32, Adam included:",
                  f"{EPOCHS} epochs of {DIGITS:,} digits. The bound: of the last epoch, in nats a digit;",
                  "the starts and the draws differ.", "",
                  *table(results["training"], "bound in the last epoch"), "",
                  "Where varinf spends a step, one thread, the profiler running:", "",
                  "| ms | function |", "|---:|---|",
                  *(f"| {row['milliseconds a step']:.2f} | `{row['function']}` |" for row in profile), ""]
    if "evaluation" in results:
        lines += ["## Importance-weighted evaluation", "",
                  f"{TESTED:,} digits that were not trained on, {DRAWS} draws each, the same weights in",
                  "both; in nats a digit.", "",
                  *table(results["evaluation"], "log evidence a digit"), ""]
    return "\n".join(lines)


# --- MNIST --------------------------------------------------------------------------------------------


def curves(folder, samples, latent):
    """The bound of the 10,000 test digits, their pixels drawn once, after each epoch; training draws its
    pixels anew. The setting of Kingma and Welling (2014), section 5, but for Adam in place of Adagrad."""
    from varinf.datasets import mnist
    from varinf.vae import VAE, binarize

    data = mnist(folder)
    X = (data.train[:samples] / np.float32(255)).astype(np.float32)
    test = binarize((data.test / np.float32(255)).astype(np.float32), np.random.default_rng(0))
    epochs = -(-samples // len(X))
    found = {"machine": machine("varinf", "numpy"), "curves": {}, "setting": {
        "hidden": HIDDEN, "batch size": BATCH, "optimiser": "Adam", "learning rate": RATE, "dtype": "float32",
        "training digits": len(X), "test digits": len(test),
        "pixels": "drawn with the grey level as probability, for training anew each epoch, for tests once"}}

    def show(epoch, vae, elbo):
        print(vae.latent_dim, epoch, elbo, vae.validation_elbo_[-1], file=sys.stderr, flush=True)

    for dim in latent:
        began = time.perf_counter()
        model = VAE(dim, HIDDEN, learning_rate=RATE).fit(
            X, epochs=epochs, batch_size=BATCH, binarize=True, validation=test, callback=show)
        seconds = time.perf_counter() - began
        first = test[:TESTED]
        evidence = model.log_evidence(first, np.random.default_rng(1), DRAWS)
        bound = model.elbo(first, np.random.default_rng(2), 20)
        found["curves"][str(dim)] = {
            "samples": [len(X) * (epoch + 1) for epoch in range(model.n_iter_)],
            "train": model.elbo_.tolist(), "test": model.validation_elbo_.tolist(), "kl": model.kl_.tolist(),
            "seconds": seconds, "digits judged": len(first), "draws": DRAWS,
            "log evidence": float(evidence.mean(dtype=np.float64)),
            "elbo": float(bound.mean(dtype=np.float64))}
        (HERE / "vae_curves.json").write_text(json.dumps(found, indent=1) + "\n")
        if model.interrupted_:
            break


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each (default: 5)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1], help="how many (default: 1)")
    parser.add_argument("--only", choices=LIBRARIES, help="measure only this, and write no file")
    parser.add_argument("--curves", metavar="FOLDER", help="train on MNIST's files there instead")
    parser.add_argument("--samples", type=int, default=3_000_000, help="digits to see (default: 3,000,000)")
    parser.add_argument("--latent", type=int, nargs="+", default=[3, 5, 10, 20], help="default: 3 5 10 20")
    parser.add_argument("--one", nargs=2, metavar=("KIND", "LIBRARY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        kind, library = arguments.one
        print(json.dumps(ONE[kind](library)))
        return
    if arguments.curves:
        curves(arguments.curves, arguments.samples, arguments.latent)
        return
    where = machine("varinf", "numpy", "torch")
    kinds = [arguments.only] if arguments.only else list(LIBRARIES)
    results = {kind: {threads: measure(kind, arguments.repeat, threads) for threads in arguments.threads}
               for kind in kinds}
    profile = child(__file__, "profile", OURS) if "training" in kinds else []
    text = report(results, profile, where)
    print(text)
    if not arguments.only:
        (HERE / "vae.md").write_text(text, encoding="utf-8")
        (HERE / "vae.json").write_text(json.dumps(
            {"machine": where, "profile": profile, "runs": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
