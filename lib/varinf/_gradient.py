"""Values and gradients of a function of many draws: given by the caller, or by autograd."""

import numpy as np
from autograd import make_vjp

from varinf._check import _fail, check_callable, check_finite


def with_gradient(function, grad=None, name="log_joint", grad_name="grad"):
    """(z, *more) -> (values (S,) or None, gradient of z's shape), not yet checked for NaN.

    function : (S, ...) -> (S,); differentiated by autograd if grad is None.
    grad : (S, ...) -> gradient, or -> (values, gradient).
    """
    if grad is not None:
        check_callable(grad, grad_name)

        def given(z, *more):
            result = grad(z, *more)
            values, gradient = result if isinstance(result, tuple) and len(result) == 2 else (None, result)
            return values, np.asarray(gradient, z.dtype)

        return given
    check_callable(function, name)

    def automatic(z, *more):
        try:
            pullback, values = make_vjp(function)(z, *more)
        except (TypeError, AttributeError, ValueError) as error:
            function(z, *more)                                  # a mistake of its own shows itself here
            raise TypeError(
                f"autograd cannot follow {name}: {error}. Write it with autograd.numpy instead of numpy and "
                f"autograd.scipy instead of scipy, or pass the gradient as {grad_name}.") from error
        if np.shape(values) != (len(z),):
            _fail(f"{name}(z)", f"of shape {(len(z),)} for z of shape {z.shape}", f"shape {np.shape(values)}")
        return values, np.asarray(pullback(np.ones_like(values)), z.dtype)

    return automatic


def with_values(function, grad=None):
    """The same for log_joint, its values always there and in float64."""
    evaluate = with_gradient(function, grad)

    def both(z):
        values, gradient = evaluate(z)
        values = check_callable(function, "log_joint")(z) if values is None else values
        check_first(values, gradient, z)
        return np.asarray(values, np.float64), gradient

    return both


def check_first(values, gradient, z, name="log_joint", grad_name="grad"):
    """Shapes, once, at the first draws; ValueError if they do not fit."""
    if np.shape(gradient) != z.shape:
        _fail(f"{grad_name}(z)", f"of the shape of z, {z.shape}", f"shape {np.shape(gradient)}")
    if values is not None and np.shape(values) != (len(z),):
        _fail(f"the values of {name}", f"of shape {(len(z),)} for z of shape {z.shape}",
              f"shape {np.shape(values)}")


def finite_gradient(evaluate, z, name="f", grad_name="grad"):
    """evaluate(z), both checked: right shapes, finite."""
    values, gradient = evaluate(z)
    check_first(values, gradient, z, name, grad_name)
    check_finite(gradient, f"the gradient of {name}")
    return values, gradient
