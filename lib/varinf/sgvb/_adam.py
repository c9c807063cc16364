"""Adam, uphill."""

import numpy as np

from varinf._ascent import check_tolerance
from varinf._check import _fail, check_in_interval


class Adam:
    """Steps of about the learning rate in every coordinate, in the direction of the averaged gradient.

    With m and v the running averages of the gradient g and of g^2, both from zero and divided by what
    zero took from them, a step is learning_rate * m / (sqrt(v) + epsilon).

    learning_rate : positive, in the units of the parameters; or a function of the step 1, 2, ...
    beta1, beta2 : weight of the past in m and v, at least 0, below 1.
    epsilon : positive, in the units of the gradient.

    One optimiser moves one array; let several parameters be views of one flat array. `n_steps` counts.
    Raises ValueError for invalid settings.
    Source: chapter 6, "Adam, and when to stop"; Kingma and Ba (2015), "Adam: a method for stochastic
    optimization", algorithm 1.
    """

    def __init__(self, learning_rate=0.001, *, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.learning_rate = learning_rate if callable(learning_rate) else check_tolerance(
            learning_rate, "learning_rate")
        self.beta1, self.beta2 = _check_decay(beta1, "beta1"), _check_decay(beta2, "beta2")
        self.epsilon = check_tolerance(epsilon, "epsilon")
        self.n_steps = 0
        self._m = None

    def step(self, parameters, gradient):
        """Move the float array `parameters` in place, uphill along `gradient`, of the same shape.

        To go down, pass minus the gradient. Raises ValueError if the shapes differ, or differ from those
        of the first step, or a learning-rate function returns something that is not positive; the gradient's
        values are not checked.
        """
        if self._m is None:
            self._start(parameters)
        if self._m.shape != parameters.shape or self._m.shape != np.shape(gradient):
            _fail("parameters and gradient", f"of shape {self._m.shape}",
                  f"shapes {parameters.shape} and {np.shape(gradient)}")
        t = self.n_steps + 1
        rate = check_tolerance(self.learning_rate(t), f"learning_rate({t})") \
            if callable(self.learning_rate) else self.learning_rate
        m, v, work, move = self._m, self._v, self._work, self._move
        m *= self.beta1
        m += np.multiply(gradient, 1 - self.beta1, out=work)
        v *= self.beta2
        np.multiply(gradient, gradient, out=work)
        work *= 1 - self.beta2
        v += work
        # the corrections of m and of sqrt(v) for their start at zero, as numbers instead of two more arrays
        root = np.sqrt(1 - self.beta2**t)
        np.sqrt(v, out=work)
        work += self.epsilon * root
        np.divide(m, work, out=move)
        move *= float(rate * root / (1 - self.beta1**t))
        parameters += move
        self.n_steps = t

    def _start(self, parameters):
        if not isinstance(parameters, np.ndarray) or parameters.dtype not in (np.float32, np.float64):
            _fail("parameters", "a float32 or float64 array, which is changed in place",
                  getattr(parameters, "dtype", type(parameters).__name__))
        self._m, self._v = np.zeros_like(parameters), np.zeros_like(parameters)
        self._work, self._move = np.empty_like(parameters), np.empty_like(parameters)


def _check_decay(value, name):
    value = float(check_in_interval(value, name, 0, 1))
    if value == 1:
        _fail(name, "below 1", "1")
    return value
