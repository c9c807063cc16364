"""varinf: the working parts of *Mind the Gap*, a course on variational inference.

One module a chapter; import the one you need, for example ``from varinf import evidence``.
"""

from importlib.metadata import version

__version__ = version("varinf")
