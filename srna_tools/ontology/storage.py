"""Classes stored with the samples: the new column, and the ontology id of each class."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from srna_tools.errors import SampleError
from srna_tools.ontology.grouping import Grouping
from srna_tools.schema import UNS

if TYPE_CHECKING:
    import anndata

GROUPS = "groups"


def check_key(samples: anndata.AnnData, key: str) -> None:
    """Refuse a column that exists already, or that an h5ad cannot hold.

    Raises
    ------
    SampleError
        The column exists, or its name is empty or has a slash.
    """
    if key in samples.obs:
        raise SampleError(f"the samples already have a column '{key}'; choose another name with --key")
    if not key or "/" in key:
        raise SampleError(f"'{key}' cannot be the name of a column; choose one without a slash with --key")


def add_groups(samples: anndata.AnnData, key: str, grouping: Grouping) -> None:
    """Add the classes as the sample column `key`, and their ontology ids to the annotation of the file.

    Raises
    ------
    SampleError
        The column exists already.
    """
    check_key(samples, key)
    samples.obs[key] = grouping.groups
    stored = samples.uns[UNS].setdefault(GROUPS, {})
    stored[key] = json.dumps(dict(grouping.group_ids), sort_keys=True)


def group_ids(samples: anndata.AnnData, key: str) -> dict[str, str]:
    """Ontology id of each class of the column `key`; empty where the classes were not made by srna-group."""
    stored = samples.uns[UNS].get(GROUPS, {}).get(key)
    return {} if stored is None else {str(group): str(term) for group, term in json.loads(str(stored)).items()}
