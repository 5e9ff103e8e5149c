"""Tables of other steps come back as they were written, whatever the samples are called."""

import pandas as pd

from srna_tools.io.output import write_table
from srna_tools.predict.annotate import COLUMNS
from srna_tools.report.inputs import read_predictions


def test_names_with_quotation_marks_are_read_as_they_are(tmp_path):
    names = ['a"b', '"a"', '"a', "a,b"]
    row = dict.fromkeys(COLUMNS, "") | {"probability": 0.5, "status": "ok"}
    write_table(pd.DataFrame([row | {"sample": name} for name in names]), tmp_path / "p.tsv")
    assert read_predictions(tmp_path / "p.tsv")[""]["sample"].tolist() == names
