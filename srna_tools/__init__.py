"""Predict and explain missing sample annotations from small-RNA expression profiles."""

from srna_tools.version import VERSION

__version__ = VERSION

__all__ = ["__version__"]
