"""Write the sha256 of the sdist that is on PyPI into the Bioconda recipe.

python containers/bioconda/fill_checksum.py dist/srna_tools-X.Y.Z.tar.gz
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from recipe import RECIPE, rendered, with_checksum

from srna_tools.errors import InputError
from srna_tools.io.output import write_text


def fill(recipe: Path, sdist: Path) -> str:
    """Write the checksum of the sdist into the recipe and return it.

    Raises
    ------
    InputError
        There is no such file, or it is not the source that the recipe names: another version, or a wheel.
    """
    text = recipe.read_text(encoding="utf-8")
    expected = rendered(text)["source"]["url"].rsplit("/", 1)[1]
    if sdist.name != expected:
        raise InputError(sdist, f"is not the source of the recipe; give {expected}")
    try:
        checksum = hashlib.sha256(sdist.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(sdist, f"cannot be read ({error.strerror}); build it first") from error
    write_text(with_checksum(text, checksum), recipe)
    return checksum


def main(arguments: list[str]) -> int:
    """Return 0 when the checksum is written, 1 with a sentence when it is not, 2 for a wrong call."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(f"{RECIPE.name}: sha256 {fill(RECIPE, Path(arguments[0]))}")
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
