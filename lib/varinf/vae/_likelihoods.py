"""What the decoder's output means: the logits of binary pixels, or the means of normal ones."""

import math

import numpy as np

from varinf._check import _fail, check_finite, check_in_interval, check_rng

_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


class Bernoulli:
    """p(x_d = 1) = 1 / (1 + exp(-a_d)), with a the logits.

    log p(x | a) = x a - log(1 + exp(a)), and log(1 + exp(a)) = max(a, 0) + log(1 + exp(-|a|)) cannot
    overflow.
    """

    def __init__(self, weights):
        self.weights = weights

    @staticmethod
    def check(X, name):
        """Refuse anything but 0 and 1, a block of rows at a time."""
        for start in range(0, len(X), 4096):
            block = X[start : start + 4096]
            wrong = (block != 0) & (block != 1)
            if wrong.any():
                _fail(name, "0 or 1 for likelihood='bernoulli', because on grey levels x a - log(1 + exp(a)) "
                      "is not a normalised density, so its average bounds nothing; draw pixels with "
                      "binarize(X, rng) or binarize=True in fit, or take likelihood='normal'",
                      f"a value of {block[wrong][0]:g}")

    def hold(self):
        """Nothing to hold in bounds."""

    def start(self, X):
        """Biases: the log odds of the pixels, where half a pixel more is on and half a pixel more off."""
        on = X.sum(axis=0, dtype=np.float64)
        self.weights.b_out[:] = np.log((on + 0.5) / (len(X) - on + 0.5))

    def log_prob(self, a, x, work=None):
        """log p(x | a), summed over the last axis. a is overwritten; `work`: an array like it."""
        value = np.vecdot(x, a)
        work = np.copysign(a, -1, out=work)
        np.exp(work, out=work)
        # log(1 + u) and not log1p(u), which takes longer: the error stays below the rounding of 1
        work += 1
        np.log(work, out=work)
        work += np.maximum(a, 0, out=a)
        return value - work.sum(axis=-1)

    def gradient(self, a, x, work, d_log_scale):
        """The sum of log p(x | a); a becomes its derivative, x - sigmoid(a). `work`: two arrays like a."""
        first, second = work
        value = float(np.vdot(x, a)) - float(np.maximum(a, 0, out=first).sum())
        np.copysign(a, -1, out=first)
        np.exp(first, out=first)
        first += 1                                              # 1 + exp(-|a|)
        value -= float(np.log(first, out=second).sum())
        np.reciprocal(first, out=first)                         # sigmoid(|a|)
        first -= 0.5
        np.copysign(first, a, out=first)                        # sigmoid(a) - 1/2
        np.subtract(x, first, out=a)
        a -= 0.5
        return value

    def mean(self, a):
        return 0.5 + 0.5 * np.tanh(0.5 * a)

    def sample(self, a, rng):
        return (rng.random(a.shape, a.dtype) < self.mean(a)).astype(a.dtype)


class Normal:
    """x ~ N(m, scale^2), with m the decoder's output; the scale fixed, or learned as a log scale."""

    def __init__(self, weights, scale, min_scale):
        self.weights, self.min_scale = weights, min_scale
        self.learned = weights.log_scale.size > 0
        self.fixed = None if self.learned else np.asarray(np.log(scale), weights.flat.dtype)

    @staticmethod
    def check(X, name):
        """Any finite numbers will do."""

    @property
    def log_scale(self):
        return self.weights.log_scale if self.learned else self.fixed

    def start(self, X):
        """Biases: the means of the features. A learned scale: their standard deviation, one for all."""
        self.weights.b_out[:] = X.mean(axis=0, dtype=np.float64)
        if self.learned:
            variance = X.var(axis=0, dtype=np.float64).mean()
            if variance == 0:
                _fail("X", "varied for a learned scale, or its likelihood is infinite", "constant features")
            self.weights.log_scale[:] = 0.5 * np.log(variance)
            self.hold()

    def hold(self):
        """A learned scale stays at min_scale or above."""
        if self.learned and self.min_scale > 0:
            np.maximum(self.weights.log_scale, np.log(self.min_scale), out=self.weights.log_scale)

    def log_prob(self, m, x, work=None):
        """log p(x | m), summed over the last axis. m is overwritten."""
        np.subtract(x, m, out=m)
        m *= np.exp(-self.log_scale)
        return -0.5 * np.vecdot(m, m) - self._normalizer(m.shape[-1])

    def _normalizer(self, D):
        return D * (_HALF_LOG_2PI + float(self.log_scale.mean(dtype=np.float64)))

    def gradient(self, m, x, work, d_log_scale):
        """The sum of log p(x | m); m becomes its derivative (x - m) / scale^2, and the derivative with
        respect to a learned log scale, the sum over n of ((x - m) / scale)^2 - 1, goes into `d_log_scale`."""
        n, D = m.shape
        squares, _ = work
        precision = np.exp(-2 * self.log_scale)
        np.subtract(x, m, out=m)
        np.square(m, out=squares)
        squares *= precision
        if self.learned:
            by_feature = squares.sum(axis=0) - n
            d_log_scale[:] = by_feature if d_log_scale.size > 1 else by_feature.sum()
        m *= precision
        return -0.5 * float(squares.sum()) - n * self._normalizer(D)

    def mean(self, m):
        return m

    def sample(self, m, rng):
        return m + np.exp(self.log_scale) * rng.standard_normal(m.shape, m.dtype)


def binarize(X, rng=None, *, threshold=None):
    """Pixels of 0.0 and 1.0 from X, grey levels from 0 to 1, of the same shape.

    rng : each pixel is 1 with probability X, independently. threshold : a pixel is 1 where X is above it. One
    of the two must be given. Raises ValueError for grey levels outside [0, 1].
    Source: chapter 7, "Binary pixels, and why grey levels break the bound".
    """
    X = check_in_interval(X, "X", 0, 1)
    if (rng is None) == (threshold is None):
        _fail("binarize", "given either rng or threshold", "both" if threshold is not None else "neither")
    if rng is not None:
        return (check_rng(rng).random(X.shape, X.dtype) < X).astype(X.dtype)
    return (X > float(check_finite(threshold, "threshold", ndim=0))).astype(X.dtype)
