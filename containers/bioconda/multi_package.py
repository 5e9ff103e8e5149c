"""Write the combination of conda packages that srna-tools needs, for BioContainers' ``combinations/hash.tsv``.

python containers/bioconda/multi_package.py
"""

from __future__ import annotations

import re
import sys

from conda_requirements import CHECKOUT, conda_names, conda_requirements, package_settings, pypi_requirements
from packaging.utils import canonicalize_name

COMBINATION = CHECKOUT / "containers" / "multi-package" / "hash.tsv"
TESTED = CHECKOUT / "requirements" / "tested.txt"
HEADER = "#targets\tbase_image\timage_build"


def tested_versions() -> dict[str, str]:
    """Return the version of every package from PyPI that the tests ran with."""
    pins = re.findall(r"^([\w.-]+)==(\S+)", TESTED.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def combination() -> str:
    """Return the targets, as ``name=version`` in the order of their names.

    The version is that of the tests without its patch, since conda's channels have other patches than PyPI;
    conda takes ``numpy=2.4`` for any 2.4. Where the recipe asks for one version, it is that one.
    """
    tested, names = tested_versions(), conda_names()
    versions = {"python": _newest_python()}
    for requirement in pypi_requirements():
        name = canonicalize_name(requirement.name)
        if name in tested:
            versions[names[name]] = ".".join(tested[name].split(".")[:2])
    for name, bounds in conda_requirements().items():
        if len(bounds) == 1 and (bound := min(bounds)).startswith("=="):
            versions[name] = bound.removeprefix("==")
    return ",".join(f"{name}={versions[name]}" for name in sorted(versions))


def _newest_python() -> str:
    classifiers = package_settings()["metadata"]["classifiers"]
    return max(re.findall(r"Python :: (3\.\d+)", classifiers), key=lambda version: int(version.split(".")[1]))


def main() -> int:
    """Write the file anew."""
    COMBINATION.write_text(f"{HEADER}\n{combination()}\n", encoding="utf-8")
    print(COMBINATION.relative_to(CHECKOUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
