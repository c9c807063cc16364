"""A bar for long work: tqdm's where it is installed, none otherwise. Nothing else prints."""

import warnings


class _NoBar:
    def update(self, n=1):
        pass

    def close(self):
        pass


def bar(progress, total):
    """Something with update(n) and close(): a tqdm bar if `progress`, else nothing."""
    if not progress:
        return _NoBar()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        warnings.warn(
            "progress=True shows a bar with tqdm, which is not installed (pip install tqdm): the work goes "
            "on without one.", UserWarning, stacklevel=3)
        return _NoBar()
    return tqdm(total=total)
