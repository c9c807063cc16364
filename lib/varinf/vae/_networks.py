"""Networks with one hidden tanh layer, their weights in one flat array, and the backward pass by hand."""

import math

import numpy as np

# One network maps x to mu and log_var, side by side, the other z to the logits or means of x.
ENCODER, DECODER = ("W1", "b1", "W_q", "b_q"), ("W2", "b2", "W_out", "b_out")


class Weights:
    """All weights as views of one flat array, `flat`, so that an optimiser moves them in one go.

    With D features, H hidden units, J latent dimensions and S learned log scales (0, 1 or D):
    W1 (D, H), b1 (H,), W_q (H, 2J), b_q (2J,), W2 (J, H), b2 (H,), W_out (H, D), b_out (D,), log_scale (S,).
    The first J columns of W_q and b_q give mu, the others log_var.
    """

    def __init__(self, sizes, dtype):
        D, H, J, S = self.sizes = sizes
        shapes = {"W1": (D, H), "b1": (H,), "W_q": (H, 2 * J), "b_q": (2 * J,),
                  "W2": (J, H), "b2": (H,), "W_out": (H, D), "b_out": (D,), "log_scale": (S,)}
        self.flat = np.zeros(sum(math.prod(shape) for shape in shapes.values()), dtype)
        start = 0
        for name, shape in shapes.items():
            stop = start + math.prod(shape)
            setattr(self, name, self.flat[start:stop].reshape(shape))
            start = stop

    def __getstate__(self):
        return self.sizes, self.flat

    def __setstate__(self, state):
        sizes, flat = state                                     # a copy's views must look at the copy's array
        self.__init__(sizes, flat.dtype)
        self.flat[:] = flat

    def start(self, rng):
        """Glorot's normal weights: of variance 2 / (inputs + outputs). Biases stay 0."""
        J = self.sizes[2]
        for W in (self.W1, self.W_q[:, :J], self.W_q[:, J:], self.W2, self.W_out):
            W[:] = rng.standard_normal(W.shape, W.dtype) * np.sqrt(2 / sum(W.shape))

    def layers(self, names):
        """(W, b, V, c) of one network: ENCODER or DECODER."""
        return [getattr(self, name) for name in names]

    def named(self):
        """Every array under the name of the book, as views."""
        J = self.sizes[2]
        views = {"W1": self.W1, "b1": self.b1, "W_mu": self.W_q[:, :J], "b_mu": self.b_q[:J],
                 "W_log_var": self.W_q[:, J:], "b_log_var": self.b_q[J:],
                 "W2": self.W2, "b2": self.b2, "W_out": self.W_out, "b_out": self.b_out}
        return views | ({"log_scale": self.log_scale} if self.log_scale.size else {})


def forward(layers, x, hidden=None, out=None):
    """(h, y) of h = tanh(x W + b), y = h V + c; written into `hidden` and `out` if given."""
    W, b, V, c = layers
    hidden = np.matmul(x, W, out=hidden)
    hidden += b
    np.tanh(hidden, out=hidden)
    out = np.matmul(hidden, V, out=out)
    out += c
    return hidden, out


def backward_inputs(layers, hidden, d_out, d_hidden=None, work=None):
    """From the gradient with respect to y to the one with respect to h's argument: (dy V^T) (1 - h^2).
    Times W^T it is the gradient with respect to x."""
    d_hidden = np.matmul(d_out, layers[2].T, out=d_hidden)
    work = np.square(hidden, out=work)
    np.subtract(1, work, out=work)
    d_hidden *= work
    return d_hidden


def backward(layers, gradient, x, hidden, d_out, d_hidden, work):
    """Write the gradient with respect to the weights into the arrays `gradient`; returns d_hidden."""
    d_W, d_b, d_V, d_c = gradient
    np.matmul(hidden.T, d_out, out=d_V)
    d_out.sum(axis=0, out=d_c)
    backward_inputs(layers, hidden, d_out, d_hidden, work)
    np.matmul(x.T, d_hidden, out=d_W)
    d_hidden.sum(axis=0, out=d_b)
    return d_hidden
