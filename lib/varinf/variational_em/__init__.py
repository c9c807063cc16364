"""Variational EM: learn the parameters of a model while inferring its latent variables.

Natural logarithms, in nats. The E-step raises the bound L(q, theta) in q, the M-step in theta, by the one
loop `varinf.mean_field.coordinate_ascent`; every trace `elbo_` holds one value an iteration, recorded
after the iteration's last update. The work is done in float64.

`free_energy`, `chain`: the bound and the four numbers of an EM step, for discrete latent variables.
`GaussianMixture`, `ProbabilisticPCA`, `FactorAnalysis`: exact EM, learned parameters are points.
`LatentDirichletAllocation`: topics, in batch and by minibatches, with `infer_documents` (its E-step) and
`split_words` (for document completion). `BayesianLogisticRegression`: a bound with a parameter a datum.
"""

from varinf.variational_em._bound import Chain, chain, free_energy
from varinf.variational_em._documents import infer_documents, split_words
from varinf.variational_em._factors import FactorAnalysis, ProbabilisticPCA
from varinf.variational_em._logistic import BayesianLogisticRegression
from varinf.variational_em._mixture import GaussianMixture
from varinf.variational_em._topics import LatentDirichletAllocation

__all__ = [
    "BayesianLogisticRegression",
    "Chain",
    "FactorAnalysis",
    "GaussianMixture",
    "LatentDirichletAllocation",
    "ProbabilisticPCA",
    "chain",
    "free_energy",
    "infer_documents",
    "split_words",
]
