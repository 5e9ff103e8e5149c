"""Tables that an experiment makes once: what an earlier run made of the same is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from srna_tools.io.output import write_table


def kept_table(folder: Path, depends_on: object, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Make a table, unless the folder has it from an earlier run.

    Parameters
    ----------
    depends_on
        All that the table depends on, as JSON can hold it.
    """
    checksum = hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:16]
    place = folder / f"{checksum}.tsv"
    if not place.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_table(make(), place)
    return pd.read_csv(place, sep="\t", keep_default_na=False)
