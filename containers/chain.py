"""The calls that try an image: from archives to a report, each in a container of its own, as Galaxy runs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

# Runs one executable in a container whose working folder is the chain's; test data are read from DATA.
Run = Callable[..., None]
DATA = "/data"


class Call(NamedTuple):
    """One call of an executable, and the file that it must write."""

    command: tuple[str, ...]
    output: str


def call(line: str, output: str) -> Call:
    """Put a call together; the output is the last option of it."""
    return Call((*line.format(data=DATA).split(), "-o", output), output)


_STUDIES = "{data}/study01.zip {data}/study02.zip {data}/study03.zip"
_FAMILIES = "{data}/family_a.fa {data}/family_b.fa {data}/family_c.fa {data}/family_d.fa"

# Import, training and evaluation, which need the full image.
TRAINING = (
    call(f"srna-import {_STUDIES} --samples {{data}}/samples.tsv", "samples.h5ad"),
    call("srna-filter samples.h5ad --min-depth 10", "filtered.h5ad"),
    call("srna-group filtered.h5ad --label age --bins 0,65,110", "grouped.h5ad"),
    call("srna-normalize grouped.h5ad", "normalised.h5ad"),
    call("srna-train normalised.h5ad --label tissue --model mlp --epochs 5", "mlp.safetensors"),
    call("srna-train grouped.h5ad --label tissue --model random-forest --trees 10", "forest.safetensors"),
    call("srna-train grouped.h5ad --label tissue --model discriminant", "discriminant.safetensors"),
    call("srna-evaluate grouped.h5ad --label tissue --models discriminant --scheme kfold --folds 2", "metrics.tsv"),
    call("srna-embed grouped.h5ad --method umap --plot-output umap.png", "umap.tsv"),
    call(f"srna-family-train {_FAMILIES} --model profile --no-calibration", "profile.safetensors"),
    call(f"srna-family-train {_FAMILIES} --model kmer --negatives {{data}}/unknown.fa", "kmer.safetensors"),
    call(
        f"srna-family-train {_FAMILIES} --model structure --no-calibration --epochs 1 --convolutions 4,4 --dense 8,8",
        "structure.safetensors",
    ),
)

# What either image must do with those models; the tables are the same in both.
USE = (
    *(
        call(f"srna-predict {{data}}/new.h5ad --model {model}.safetensors", f"{model}_predictions.tsv")
        for model in ("mlp", "forest", "discriminant")
    ),
    *(
        call(f"srna-attribute {{data}}/samples.h5ad --model {model}.safetensors --heatmap-output {model}.png "
             f"--stability-output {model}_stability.tsv --ranking-output {model}_ranking.tsv", f"{model}_top.tsv")
        for model in ("mlp", "forest", "discriminant")
    ),
    call("srna-enrich mlp_ranking.tsv --families --method over-representation", "enrichment.tsv"),
    *(
        call(f"srna-family-predict {{data}}/candidates.fa --model {model}.safetensors", f"{model}_families.tsv")
        for model in ("profile", "kmer", "structure")
    ),
    call("srna-family-predict {data}/candidates.fa --model {data}/family_cnn.safetensors", "cnn_families.tsv"),
    call(
        "srna-family-attribute {data}/hairpins.fa --model {data}/family_cnn.safetensors --mature {data}/mature.fa "
        "--motifs-output motifs.tsv --logo-dir logos",
        "bases.tsv",
    ),
    call("srna-family-structure {data}/candidates.fa --structure-output structures.tsv", "pairs.tsv"),
    call(
        "srna-report --model mlp.safetensors --predictions mlp_predictions.tsv --top-features mlp_top.tsv "
        "--heatmap mlp.png",
        "report.html",
    ),
)  # fmt: skip

# What the slim image has no library for, and the extra that the sentence must name.
REFUSED_IN_SLIM = (
    (call("srna-train {data}/samples.h5ad --label tissue --model mlp", "never.safetensors"), "train"),
    (call("srna-embed {data}/samples.h5ad --method umap", "never.tsv"), "embed"),
    (call(f"srna-family-train {_FAMILIES} --model profile", "never.safetensors"), "sequence"),
)
