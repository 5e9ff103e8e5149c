"""The text of one experiment in the document, composed of its words and its results."""

from __future__ import annotations

from laboratory.configuration import Experiment
from laboratory.document import mark_in_short
from laboratory.outcome import Outcome


def section_of(experiment: Experiment, outcome: Outcome) -> str:
    """Compose the section: what was done, what came out, the paper beside it, what it can and cannot show."""
    beside = outcome.beside(experiment.paper)
    remarks = "".join(f"- {outcome.filled(one)}\n" for one in experiment.remarks)
    file = f"benchmarks/experiments/{experiment.name}.toml"
    parts = [
        f"## {experiment.title}\n",
        mark_in_short(experiment.title, outcome.filled(experiment.short)),
        outcome.filled(experiment.question).strip() + "\n",
        outcome.markdown,
        f"The paper's numbers beside ours:\n\n{beside}" if beside else "",
        f"What this can and cannot show:\n\n{remarks}" if remarks else "",
        f"Made by `python benchmarks/experiment.py {file}` ([its configuration](../{file})).\n",
    ]
    return "\n".join(part for part in parts if part)
