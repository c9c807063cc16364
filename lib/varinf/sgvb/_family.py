"""The two Gaussian families of `fit`: how a draw is made, and the ELBO's gradient from that of log_joint."""

import numpy as np
from scipy.linalg.lapack import dtrtrs, strtrs


class MeanField:
    """z = loc + exp(log_scale) * eps. `theta` is [loc, log_scale] in one array, (2 D,)."""

    def __init__(self, loc, scale, path):
        self.dim, self.path = len(loc), path
        self.theta = np.concatenate([loc, np.log(scale)])
        self.loc, self.log_scale = self.theta[: self.dim], self.theta[self.dim :]
        self.scale = np.exp(self.log_scale)
        self._slope = np.empty_like(self.theta)

    def draw(self, eps):
        np.exp(self.log_scale, out=self.scale)
        return eps * self.scale + self.loc

    def slope(self, gradient, eps, mean):
        """Gradient of the ELBO in theta; `mean` holds S times 1/S, so that mean @ is an average."""
        if self.path:
            gradient = gradient + eps / self.scale              # - d log q / dz, and no other entropy term
        slope, dim = self._slope, self.dim
        np.dot(mean, gradient, out=slope[:dim])
        np.dot(mean, gradient * eps, out=slope[dim:])
        slope[dim:] *= self.scale
        if not self.path:
            slope[dim:] += 1                                    # d H(q) / d log_scale
        return slope

    def log_det(self):
        return float(self.log_scale.sum())

    def units(self, theta):
        """What one unit of drift is in each entry: a mean moves by q's deviation, a log scale by one."""
        return np.concatenate([np.exp(theta[self.dim :]), np.ones(self.dim)])

    def spread(self, theta):
        """(loc, marginal scale, Cholesky factor or None) at theta."""
        return theta[: self.dim].copy(), np.exp(theta[self.dim :]), None


class FullRank:
    """z = loc + L eps, L lower triangular. `theta` is [loc, log of L's diagonal, L below the diagonal]."""

    def __init__(self, loc, scale, path):
        self.dim, self.path = len(loc), path
        self.below = np.tril_indices(self.dim, -1)
        self.theta = np.concatenate([loc, np.log(scale), np.zeros(len(self.below[0]), loc.dtype)])
        self.loc = self.theta[: self.dim]
        self.log_diagonal, self.lower = self.theta[self.dim : 2 * self.dim], self.theta[2 * self.dim :]
        self.scale = np.diag(scale)
        self._flat = np.ravel_multi_index(self.below, (self.dim, self.dim))
        self._solve = strtrs if loc.dtype == np.float32 else dtrtrs
        self._slope = np.empty_like(self.theta)

    def draw(self, eps):
        L = self.scale
        L.flat[:: self.dim + 1] = np.exp(self.log_diagonal)
        L.ravel()[self._flat] = self.lower
        return eps @ L.T + self.loc

    def slope(self, gradient, eps, mean):
        if self.path:                                           # - d log q / dz = L^-T eps
            gradient = gradient + self._solve(self.scale, eps.T, lower=1, trans=1)[0].T
        slope, dim = self._slope, self.dim
        np.dot(mean, gradient, out=slope[:dim])
        outer = (gradient.T * mean) @ eps                       # of L, were it free
        slope[dim : 2 * dim] = outer.diagonal() * self.scale.diagonal() + (0 if self.path else 1)
        slope[2 * dim :] = outer.ravel()[self._flat]
        return slope

    def log_det(self):
        return float(self.log_diagonal.sum())

    def units(self, theta):
        """A mean, and an entry of L, moves by q's deviation in its row; a log of the diagonal by one."""
        _, scale, _ = self.spread(theta)
        return np.concatenate([scale, np.ones(self.dim), scale[self.below[0]]])

    def spread(self, theta):
        L = np.diag(np.exp(theta[self.dim : 2 * self.dim]))
        L[self.below] = theta[2 * self.dim :]
        return theta[: self.dim].copy(), np.sqrt((L**2).sum(axis=1)), L
