"""One tissue from several resources in one PCA: whether they overlap, and whether one bridges the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from laboratory.bridge_measures import nearest_of_another, pairwise_shares, share_between, share_by_chance, silhouette
from laboratory.configuration import Experiment
from laboratory.markdown import NONE, number, table_of
from laboratory.outcome import Outcome
from laboratory.pictures import Panel, bridge_picture, image_link
from laboratory.surroundings import Surroundings, prepared
from srna_tools import schema
from srna_tools.embed import embed, values_to_embed
from srna_tools.io.h5ad import read_samples
from srna_tools.report.save import save_figure


@dataclass(frozen=True)
class BridgeParameters:
    """Which tissues are shown: those with at least so many samples in each of at least two resources."""

    fewest: int = 5


def tissues_in_several_resources(labels: pd.Series, resources: pd.Series, fewest: int) -> dict[str, list[str]]:
    """Find labels that at least two resources have at least `fewest` samples of, with these resources."""
    sizes = labels.groupby([labels, resources]).size()
    enough = sizes[sizes >= fewest].reset_index(level=1)[resources.name]
    found = {str(name): sorted(of_one) for name, of_one in enough.groupby(level=0)}
    return {name: names for name, names in found.items() if len(names) > 1}


def bridge(experiment: Experiment, parameters: BridgeParameters, surroundings: Surroundings) -> Outcome:
    """Place the samples of each tissue, and measure how far its resources lie apart."""
    chosen = experiment.sets[0]
    ready = prepared(experiment, chosen, surroundings)
    samples = read_samples(ready.path)
    resources = ready.obs[schema.RESOURCE].astype(str).rename(schema.RESOURCE)
    found = tissues_in_several_resources(ready.obs["label"], resources, parameters.fewest)
    panels, rows, figures = [], [], {}
    for tissue, names in found.items():
        members = ready.obs.index[(ready.obs["label"] == tissue) & resources.isin(names)]
        of_tissue, groups = samples[members].copy(), resources[members].to_numpy(str)
        placed = embed(of_tissue, "pca")
        panels.append(Panel(tissue, placed.coordinates.to_numpy(np.float64), groups, placed.explained))
        values = values_to_embed(of_tissue)[0].astype(np.float64)
        share, apart, mixed = (measure(values, groups) for measure in (share_between, silhouette, nearest_of_another))
        rows.append(
            {
                "tissue": tissue,
                "samples": ", ".join(f"{name} {(groups == name).sum()}" for name in names),
                "share of the variance between resources": number(share),
                "by chance": number(share_by_chance(len(groups), len(names))),
                "silhouette by resource": number(apart),
                "samples whose nearest neighbour is of another resource": number(mixed),
                "share between each pair": "; ".join(
                    f"{one} and {other} {number(value)}"
                    for (one, other), value in pairwise_shares(values, groups).items()
                )
                if len(names) > 2
                else NONE,
            }
        )
        figures |= {
            f"{tissue}/share": number(share),
            f"{tissue}/silhouette": number(apart),
            f"{tissue}/mixed": number(mixed),
        }
    figures |= {"tissues": str(len(rows)), "features": f"{values_to_embed(samples)[0].shape[1]:,}"}
    picture = surroundings.images / f"{experiment.name}.png"
    save_figure(bridge_picture(panels), picture)
    return Outcome(
        "\n".join([table_of(rows), image_link(picture, "PCA of each tissue, coloured by resource")]), figures
    )
