"""Build the archive of every Tool Shed repository, as planemo would upload it. Runs in planemo's environment.

.venv-planemo/bin/python galaxy/planemo_archives.py FOLDER
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from planemo import shed
from planemo.cli import PlanemoCliContext


def main(folder: Path) -> int:
    """Write ``FOLDER/<repository>.tar.gz`` for every repository and for the suite; return planemo's exit code."""
    folder.mkdir(parents=True, exist_ok=True)

    def build(repository: Any) -> int:
        archive = folder / f"{repository.name}.tar.gz"
        shutil.move(shed.build_tarball(repository.path), archive)
        print(archive)
        return 0

    checkout = Path(__file__).resolve().parents[1]
    return int(shed.for_each_repository(PlanemoCliContext(), build, [str(checkout)]))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
