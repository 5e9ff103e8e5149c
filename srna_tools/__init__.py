"""Predict and explain missing sample annotations from small-RNA expression profiles."""

from srna_tools.version import VERSION as __version__

__all__ = ["__version__"]
