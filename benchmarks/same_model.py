"""The same model, logistic regression on Old Faithful, in varinf, NumPyro, Pyro and PyMC.

Usage: python benchmarks/same_model.py [--only varinf|numpyro|pyro|pymc] [--steps 5000]

Will the next eruption be long, given how long this one was and the wait after it? Each library fits a
Gaussian with independent coordinates and one with any covariance, by the same number of steps of Adam at the
same rate with the same number of draws a step, and then runs its own sampler. Each library runs in a process
of its own, on one thread; seconds include compilation.

Writes benchmarks/same_model.json, which the book's pages read: they show these functions and these numbers.
With --only, the other libraries' numbers stay as they were.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.special import log_expit

HERE = Path(__file__).resolve().parent
RECORD = HERE / "same_model.json"
PACKAGES = {"varinf": "varinf", "numpyro": "numpyro", "pyro": "pyro-ppl", "pymc": "pymc"}
PRIOR_SD, RATE, DRAWS = 3.0, 0.01, 10
CHAINS, KEPT = 4, 1000


def data():
    """Features (271, 3): one, duration and wait, standardised; is the next eruption long, (271,)."""
    from varinf.datasets import old_faithful

    eruptions = old_faithful().data
    standard = (eruptions - eruptions.mean(axis=0)) / eruptions.std(axis=0)
    X = np.column_stack([np.ones(len(eruptions) - 1), standard[:-1]])
    return X, (eruptions[1:, 0] > 3.2).astype(float)


def log_joint(w):
    """(S, 3) -> (S,): log p(y, w), by which every library's q is judged."""
    X, y = data()
    log_prior = -0.5 * (w**2).sum(axis=1) / PRIOR_SD**2 - 1.5 * np.log(2 * np.pi * PRIOR_SD**2)
    return log_expit((w @ X.T) * (2 * y - 1)).sum(axis=1) + log_prior


# --- The model, four times. Each fit returns the mean and covariance of q ------------------------------


def varinf_fit(X, y, family, steps):
    import autograd.numpy as np
    from varinf.sgvb import fit

    def log_joint(w):                                           # (S, 3) -> (S,)
        log_likelihood = -np.logaddexp(0, -np.dot(w, X.T) * (2 * y - 1)).sum(axis=1)
        return log_likelihood - 0.5 * (w**2).sum(axis=1) / 3.0**2 - 3 * np.log(3.0 * np.sqrt(2 * np.pi))

    result = fit(log_joint, 3, family=family, rng=np.random.default_rng(1), num_samples=10,
                 learning_rate=0.01, max_iter=steps, tol=None)
    return result.loc, result.q.covariance


def varinf_sample(X, y):
    from varinf.checking import hamiltonian_monte_carlo

    def log_joint_and_gradient(w):
        a = w @ X.T * (2 * y - 1)
        values = log_expit(a).sum(axis=1) - 0.5 * (w**2).sum(axis=1) / 3.0**2
        return values, (np.exp(log_expit(-a)) * (2 * y - 1)) @ X - w / 3.0**2

    run = hamiltonian_monte_carlo(None, 3, np.random.default_rng(2), grad=log_joint_and_gradient,
                                  num_chains=CHAINS, num_draws=KEPT)
    return run.flat


def numpyro_model(X, y):
    import numpyro
    import numpyro.distributions as dist

    w = numpyro.sample("w", dist.Normal(0.0, 3.0).expand([3]).to_event(1))
    numpyro.sample("y", dist.Bernoulli(logits=X @ w), obs=y)


def numpyro_fit(X, y, family, steps):
    import jax
    import numpyro
    from numpyro.infer import SVI, Trace_ELBO, autoguide

    guides = {"mean_field": autoguide.AutoDiagonalNormal, "full_rank": autoguide.AutoMultivariateNormal}
    guide = guides[family](numpyro_model)
    svi = SVI(numpyro_model, guide, numpyro.optim.Adam(0.01), Trace_ELBO(num_particles=10))
    result = svi.run(jax.random.PRNGKey(1), steps, X, y, progress_bar=False)
    q = guide.get_posterior(result.params)
    return q.mean, np.diag(q.variance) if family == "mean_field" else q.covariance_matrix


def numpyro_sample(X, y):
    import jax
    from numpyro.infer import MCMC, NUTS

    run = MCMC(NUTS(numpyro_model), num_warmup=1000, num_samples=KEPT, num_chains=CHAINS,
               chain_method="sequential", progress_bar=False)
    run.run(jax.random.PRNGKey(2), X, y)
    return run.get_samples()["w"]


def pyro_model(X, y):
    import pyro
    import pyro.distributions as dist

    w = pyro.sample("w", dist.Normal(0.0, 3.0).expand([3]).to_event(1))
    pyro.sample("y", dist.Bernoulli(logits=(X @ w.unsqueeze(-1)).squeeze(-1)).to_event(1), obs=y)


def pyro_fit(X, y, family, steps):
    import pyro
    import torch
    from pyro.infer import SVI, Trace_ELBO, autoguide

    pyro.clear_param_store()
    pyro.set_rng_seed(1)
    torch.set_default_dtype(torch.float64)
    X, y = torch.tensor(X), torch.tensor(y)
    guides = {"mean_field": autoguide.AutoDiagonalNormal, "full_rank": autoguide.AutoMultivariateNormal}
    guide = guides[family](pyro_model)
    loss = Trace_ELBO(num_particles=10, vectorize_particles=True)
    svi = SVI(pyro_model, guide, pyro.optim.Adam({"lr": 0.01}), loss)
    for _ in range(steps):
        svi.step(X, y)
    q = guide.get_posterior()
    covariance = torch.diag(q.variance) if family == "mean_field" else q.covariance_matrix
    return q.mean.detach(), covariance.detach()


def pyro_sample(X, y):
    import pyro
    import torch
    from pyro.infer import MCMC, NUTS

    pyro.set_rng_seed(2)
    torch.set_default_dtype(torch.float64)
    # one chain: Pyro's several chains are several processes
    run = MCMC(NUTS(pyro_model, jit_compile=True, ignore_jit_warnings=True), warmup_steps=1000,
               num_samples=KEPT * CHAINS, disable_progbar=True)
    run.run(torch.tensor(X), torch.tensor(y))
    return run.get_samples()["w"]


def pymc_model(X, y):
    import pymc as pm

    with pm.Model() as model:
        w = pm.Normal("w", 0.0, 3.0, shape=3)
        pm.Bernoulli("y", logit_p=X @ w, observed=y)
    return model


def pymc_fit(X, y, family, steps):
    import pymc as pm

    with pymc_model(X, y):
        q = pm.fit(steps, method={"mean_field": "advi", "full_rank": "fullrank_advi"}[family], obj_n_mc=10,
                   obj_optimizer=pm.adam(learning_rate=0.01), random_seed=1, progressbar=False)
    return q.mean.eval(), q.cov.eval()


def pymc_sample(X, y):
    import pymc as pm

    with pymc_model(X, y):
        run = pm.sample(KEPT, tune=1000, chains=CHAINS, cores=1, random_seed=2, progressbar=False)
    return run.posterior["w"].values.reshape(-1, 3)


# --- One library, in a process of its own -------------------------------------------------------------


FIT = {"varinf": varinf_fit, "numpyro": numpyro_fit, "pyro": pyro_fit, "pymc": pymc_fit}
SAMPLE = {"varinf": varinf_sample, "numpyro": numpyro_sample, "pyro": pyro_sample, "pymc": pymc_sample}


def measure(library, steps):
    """[{"method", "mean", "sd", "correlation", "seconds", ...}]: two fits and a run of the sampler."""
    from varinf.distributions import MultivariateNormal
    from varinf.elbo import elbo

    if library == "numpyro":
        import jax

        jax.config.update("jax_enable_x64", True)
    X, y = data()
    rows = []
    for family in ("mean_field", "full_rank"):
        start = time.perf_counter()
        mean, covariance = FIT[library](X, y, family, steps)
        seconds = time.perf_counter() - start
        mean, covariance = np.asarray(mean, float), np.asarray(covariance, float)
        bound = elbo(log_joint, MultivariateNormal(mean, covariance), np.random.default_rng(3), 20_000)
        rows.append(row(library, family, mean, covariance, seconds) | {
            "elbo": bound.value, "elbo_std_error": bound.std_error, "steps": steps, "draws": DRAWS})
    start = time.perf_counter()
    draws = np.asarray(SAMPLE[library](X, y), float)
    rows.append(row(library, "sampler", draws.mean(axis=0), np.cov(draws.T), time.perf_counter() - start)
                | {"draws": len(draws)})
    return rows


def row(library, method, mean, covariance, seconds):
    sd = np.sqrt(np.diag(covariance))
    return {"library": library, "method": method, "mean": mean.tolist(), "sd": sd.tolist(),
            "correlation": float(covariance[1, 2] / sd[1] / sd[2]), "seconds": seconds}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=list(PACKAGES))
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--inside", choices=list(PACKAGES), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(measure(arguments.inside, arguments.steps)))
        return
    from measuring import machine

    chosen = [arguments.only] if arguments.only else list(PACKAGES)
    record = {"versions": {}, "runs": []}
    if arguments.only and RECORD.exists():
        record = json.loads(RECORD.read_text())
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
                                "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"}
    for library in chosen:
        command = [sys.executable, __file__, "--inside", library, "--steps", str(arguments.steps)]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              text=True, check=True)
        rows = json.loads(done.stdout.splitlines()[-1])
        record["runs"] = [it for it in record["runs"] if it["library"] != library] + rows
        record["versions"][library] = version(PACKAGES[library])
        for it in rows:
            print(f"{library:8} {it['method']:11} {it['seconds']:7.1f} s  mean {np.round(it['mean'], 4)}  "
                  f"sd {np.round(it['sd'], 4)}  ELBO {it.get('elbo', float('nan')):.3f}", flush=True)
    order = list(PACKAGES)
    record["runs"].sort(key=lambda it: order.index(it["library"]))
    record |= {"machine": machine(), "weights": ["one", "duration", "wait"], "prior_sd": PRIOR_SD,
               "learning_rate": RATE, "n": len(data()[1])}
    RECORD.write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
