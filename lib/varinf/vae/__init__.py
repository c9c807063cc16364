"""Amortised inference: the variational autoencoder, its gradients by hand.

Natural logarithms, in nats; results that belong to data have one value a datum.

`VAE`: fit, encode, decode, sample; elbo, log_evidence, refine, for how good it is. `binarize`: pixels of 0
and 1 from grey levels. `warm_up`: a KL weight that rises from 0 to 1.
"""

from varinf._ascent import ConvergenceWarning
from varinf.vae._likelihoods import binarize
from varinf.vae._model import VAE
from varinf.vae._training import warm_up

__all__ = ["VAE", "ConvergenceWarning", "binarize", "warm_up"]
