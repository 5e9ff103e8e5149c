"""The libraries that setup.cfg asks for, as lines for pip, so that an image's layer of libraries is made from it alone.

    python3 dependencies.py              # those of the base install
    python3 dependencies.py [all]        # and those of an extra
    python3 dependencies.py shap         # and one library of whichever extra

Needs nothing but Python: it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import configparser
import re
from pathlib import Path


def dependencies(setup: Path, wanted: list[str]) -> list[str]:
    """Return the requirements of the base install and of what is wanted beyond it.

    Raises
    ------
    LookupError
        There is no such extra, or no extra has such a library.
    """
    configuration = configparser.ConfigParser()
    configuration.read(setup, encoding="utf-8")
    extras = {name: lines.split("\n") for name, lines in configuration["options.extras_require"].items()}
    found = configuration["options"]["install_requires"].split("\n")
    for name in wanted:
        found += _of_extra(extras, name[1:-1]) if name.startswith("[") else [_library(extras, name)]
    return sorted({line.strip() for line in found if line.strip()}, key=str.casefold)


def _of_extra(extras: dict[str, list[str]], name: str) -> list[str]:
    if name not in extras:
        raise LookupError(f"setup.cfg has no extra '{name}'; it has {', '.join(extras)}")
    return extras[name]


def _library(extras: dict[str, list[str]], name: str) -> str:
    for lines in extras.values():
        for line in lines:
            if re.split(r"[^A-Za-z0-9._-]", line.strip(), maxsplit=1)[0].lower() == name.lower():
                return line
    raise LookupError(f"no extra of setup.cfg has the library '{name}'")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", nargs="*", help="extras in brackets, or names of libraries")
    print(*dependencies(Path(__file__).with_name("setup.cfg"), parser.parse_args().wanted), sep="\n")
