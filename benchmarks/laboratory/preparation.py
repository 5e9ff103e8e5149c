"""From the public data to the samples of an experiment, through the executables of the suite."""

from __future__ import annotations

import json
from pathlib import Path

from laboratory.commands import run, words_of
from laboratory.configuration import SampleSet
from laboratory.steps import Places, take_step


def prepare(samples: SampleSet, data: Path, folder: Path) -> Path:
    """Take all steps in a folder, unless they were taken there before.

    Returns
    -------
    The file of the prepared samples.

    Raises
    ------
    SrnaToolsError
        A step failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made, record = folder / samples.samples, folder / "prepared.json"
    steps = json.dumps(samples.prepare, indent=1)
    if made.is_file() and record.is_file() and record.read_text(encoding="utf-8") == steps:
        return made
    record.unlink(missing_ok=True)
    for step in samples.prepare:
        if isinstance(step, str):
            run(words_of(step, data, folder), folder)
        else:
            take_step(step, Places(data, folder))
    record.write_text(steps, encoding="utf-8")
    return made
