"""Figures to files: PNG or SVG, whole or not at all, the same bytes for the same figure."""

from __future__ import annotations

import base64
import io
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srna_tools.io.output import written_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 120
_SVG = ".svg"
# Neither the time nor the version of matplotlib may enter a file.
_METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure, as SVG if the name ends with ``.svg``, else as PNG (Galaxy's outputs have no such ending)."""
    kind = "svg" if path.suffix.lower() == _SVG else "png"
    with written_whole(path, suffix=f".{kind}") as partial:
        _write(figure, partial, kind)


def png_of(figure: Figure) -> bytes:
    """Give the figure as the bytes of a PNG file."""
    stream = io.BytesIO()
    _write(figure, stream, "png")
    return stream.getvalue()


def data_uri(png: bytes) -> str:
    """Give a PNG as an address that holds the picture itself."""
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"


def _write(figure: Figure, target: Path | io.BytesIO, kind: str) -> None:
    from matplotlib import rc_context

    with rc_context({"svg.hashsalt": "srna-tools"}), warnings.catch_warnings():
        # The bundled font lacks some scripts: their letters become boxes here, the tables have the names.
        warnings.filterwarnings("ignore", message="Glyph")
        figure.savefig(target, format=kind, dpi=_DOTS_PER_INCH, metadata=_METADATA[kind], facecolor="white")
