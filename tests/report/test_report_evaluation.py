"""Section of the report about evaluations: schemes side by side, warnings, what was not tested, recall of classes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, recall_score

from srna_tools.errors import InputError
from srna_tools.io.output import write_table
from srna_tools.report.class_plot import class_plot
from srna_tools.report.confusion_plot import confusion_plot
from srna_tools.report.evaluation import how_models_do
from srna_tools.report.figure import new_figure
from srna_tools.report.inputs import read_evaluations, read_inputs
from srna_tools.report.page import render
from srna_tools.report.save import save_figure
from srna_tools.validation.confusion import confusion_table
from srna_tools.validation.metrics import measure
from srna_tools.validation.out_of_fold import make_table

NASTY = "<script>alert('x')</script>"
UNTESTED = ["model", "scheme", "scope", "name", "metric", "value", "low", "high"]


def untested(scheme, names, samples):
    return pd.DataFrame(
        [("", scheme, "untested", name, "samples", samples, np.nan, np.nan) for name in names], columns=UNTESTED
    )


@pytest.fixture
def out_of_fold() -> pd.DataFrame:
    """Predictions of two models and the baseline for 60 samples, three classes and six datasets."""
    generator, classes = np.random.default_rng(4), ["blood", "brain", NASTY]
    true = generator.integers(0, 3, 60)
    parts = []
    for model, skill in (("logistic", 2.0), (NASTY, 1.0), ("majority-class", 0.0)):
        scores = generator.random((60, 3)) + skill * np.eye(3)[true] * generator.random((60, 1))
        parts.append(
            make_table(
                samples=[f"{place:03}" for place in range(60)], datasets=[f"study {place % 6}" for place in range(60)],
                model=model, repeat=1, fold=1, seed=0, true=[classes[code] for code in true], classes=classes,
                probabilities=scores / scores.sum(axis=1, keepdims=True),
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def files(out_of_fold, tmp_path):
    """Write metrics of three schemes, which differ in the number of samples; the last has untested samples."""
    paths = {}
    for scheme, kept in (("kfold", 60), ("split", 30), ("dataset-out", 48)):
        table = out_of_fold[out_of_fold["sample"].astype(int) < kept]
        metrics = measure(table, scheme, bootstraps=50)
        if scheme == "dataset-out":
            metrics = pd.concat([metrics, untested(scheme, [f"study {n}: {NASTY}" for n in range(23)], 2)])
        paths[scheme] = tmp_path / f"{scheme}.tsv"
        write_table(metrics, paths[scheme])
    return paths


def test_schemes_stand_side_by_side_from_the_hardest_to_the_easiest(files, out_of_fold):
    evaluation = how_models_do(read_evaluations([files["kfold"], files["dataset-out"], files["split"]]))
    assert [(scheme.words.title, scheme.size, len(scheme.titles)) for scheme in evaluation.schemes] == [
        ("One dataset out", "48 samples, 6 datasets, 3 classes", 3),
        ("Fixed split", "30 samples, 6 datasets, 3 classes", 2),
        ("Random folds", "60 samples, 6 datasets, 3 classes", 2),
    ]
    assert [(row.model, row.is_baseline) for row in evaluation.models] == [
        ("logistic", False), (NASTY, False), ("majority-class", True),
    ]  # fmt: skip
    for row in evaluation.models:
        of_model = out_of_fold[out_of_fold["model"] == row.model]
        expected = []
        for kept in (48, 30, 60):
            seen = of_model.iloc[:kept]
            expected.append(accuracy_score(seen["true"], seen["predicted"]))
            expected.append(recall_score(seen["true"], seen["predicted"], average="macro"))
            if kept == 48:
                right = (seen["true"] == seen["predicted"]).groupby(seen["dataset"]).mean()
                expected.append(right.mean())
        assert [cell.value for cell in row.cells] == pytest.approx(expected, abs=1e-5)
        assert all(0 <= cell.low <= cell.high <= 1 for cell in row.cells)
    assert evaluation.warning == ""


def test_one_resource_out_is_the_hardest_question_and_has_the_mean_of_datasets_too(files, tmp_path):
    table = read_evaluations([files["dataset-out"]])
    write_table(table.assign(scheme="resource-out"), tmp_path / "resource-out.tsv")
    evaluation = how_models_do(read_evaluations([files["kfold"], files["dataset-out"], tmp_path / "resource-out.tsv"]))
    assert [(scheme.words.title, len(scheme.titles)) for scheme in evaluation.schemes] == [
        ("One resource out", 3), ("One dataset out", 3), ("Random folds", 2),
    ]  # fmt: skip
    assert evaluation.classes.scheme.title == "One resource out"
    assert evaluation.untested[0].sentence == (
        "One resource out: 46 samples could not be tested, since without their resource the training would lack their "
        "class."
    )


def test_recall_of_classes_is_that_of_the_hardest_scheme(files, out_of_fold):
    table = how_models_do(read_evaluations([files["split"], files["dataset-out"]])).classes
    assert (table.scheme.title, table.models) == ("One dataset out", ["logistic", NASTY, "majority-class"])
    assert [row.name for row in table.rows] == sorted([NASTY, "blood", "brain"])
    seen = out_of_fold[out_of_fold["model"] == NASTY].iloc[:48]
    recalls = recall_score(seen["true"], seen["predicted"], average=None, labels=[row.name for row in table.rows])
    assert [row.recalls[1].value for row in table.rows] == pytest.approx(recalls, abs=1e-5)
    assert [row.samples for row in table.rows] == [(seen["true"] == row.name).sum() for row in table.rows]


def test_random_folds_alone_are_warned_about(files):
    alone = how_models_do(read_evaluations([files["kfold"]]))
    assert "Random cross-validation alone says nothing about new studies" in alone.warning
    assert "srna-evaluate --scheme dataset-out" in alone.warning
    assert "says nothing about new studies" in alone.summary
    for other in ("split", "dataset-out"):
        assert how_models_do(read_evaluations([files["kfold"], files[other]])).warning == ""


def test_what_was_not_tested_is_counted_and_the_first_named(files):
    (one,) = how_models_do(read_evaluations(list(files.values()))).untested
    assert one.sentence.startswith("One dataset out: 46 samples could not be tested")
    assert one.names[0] == f"study 0: {NASTY} (2 samples)"
    assert len(one.names) == 21
    assert one.names[-1] == "and 3 more"


def test_models_that_one_table_lacks_leave_cells_empty(files, tmp_path):
    table = read_evaluations([files["kfold"]])
    write_table(table[table["model"] != "logistic"], tmp_path / "fewer.tsv")
    rows = how_models_do(read_evaluations([files["split"], tmp_path / "fewer.tsv"])).models
    assert [row.model for row in rows] == ["logistic", NASTY, "majority-class"]
    assert [cell.value is None for cell in rows[0].cells] == [False, False, True, True]
    assert not any(cell.value is None for row in rows[1:] for cell in row.cells)


def test_models_of_one_scheme_may_come_in_several_tables(files, tmp_path):
    table = read_evaluations([files["kfold"]])
    parts = []
    for name in ("logistic", NASTY):
        parts.append(tmp_path / f"{len(parts)}.tsv")
        write_table(table[table["model"].isin([name, "majority-class"])], parts[-1])
    together = how_models_do(read_evaluations(parts))
    assert {row.model: row.cells for row in together.models} == {
        row.model: row.cells for row in how_models_do(table).models
    }


def test_nothing_but_untested_samples_is_no_evaluation(tmp_path):
    write_table(untested("kfold", ["a: b"], 1), tmp_path / "none.tsv")
    assert how_models_do(read_evaluations([tmp_path / "none.tsv"])) is None
    assert "How the models do" not in render(read_inputs(evaluations=[tmp_path / "none.tsv"]))


def test_the_page_shows_it_all_and_names_cannot_inject_markup(files, tmp_path):
    save_figure(new_figure(2, 1), tmp_path / "picture.png")
    html = render(read_inputs(evaluations=list(files.values()), evaluation_plots=[tmp_path / "picture.png"] * 2))
    assert "<script" not in html
    assert html.count("data:image/png;base64,") == 2
    assert '<a href="#tested">' in html
    assert '<tr class="baseline"><th scope="row" class="name">majority-class</th>' in html
    assert "each study was predicted by a model that never saw it".capitalize() in html
    assert "The same studies stand in training and test;" in html
    assert html.count('<th scope="colgroup" colspan="3"') == 1
    assert html.count('<th scope="colgroup" colspan="2"') == 2
    assert "Recall of each class: one dataset out" in html
    assert "could not be tested" in html
    assert "Warning" not in html
    assert "Warning" in render(read_inputs(evaluations=[files["kfold"]]))


def test_a_figure_without_interval_has_no_brackets(make_metrics, tmp_path):
    values = {("m", "overall", "", "msa"): 0.25, ("m", "overall", "", "mca"): (0.5, 0.4, 0.6)}
    write_table(make_metrics(values, "split"), tmp_path / "a.tsv")
    html = render(read_inputs(evaluations=[tmp_path / "a.tsv"]))
    assert '<td class="number">0.250</td>' in html
    assert '<td class="number">0.500<br><small>(0.400 to 0.600)</small></td>' in html


def test_pictures_alone_have_a_section(tmp_path):
    save_figure(new_figure(2, 1), tmp_path / "picture.png")
    html = render(read_inputs(evaluation_plots=[tmp_path / "picture.png"]))
    assert "<h2>How the models do on samples they were not trained on</h2>" in html
    assert "<table" not in html


def test_the_same_tables_can_be_drawn(files, out_of_fold):
    metrics = read_evaluations([files["split"]])
    labels = [label.get_text() for label in class_plot(metrics).axes[0].get_yticklabels()]
    by_class = out_of_fold.iloc[:30].groupby("true")["dataset"].agg(["size", "nunique"])
    assert labels == [f"{name} ({size} in {datasets} datasets)" for name, size, datasets in by_class.itertuples()]
    confusion = confusion_table(out_of_fold)
    maps = [axes for axes in confusion_plot(confusion).axes if axes.images]
    numbers = sum(float(text.get_text()) for text in maps[0].texts)
    assert (len(maps), numbers) == (2, 60)


HEADER = "model\tscheme\tscope\tname\tmetric\tvalue\tlow\thigh\n"
ROW = "mlp\tkfold\toverall\t\tmsa\t0.5\t\t\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("model\tscheme\nm\tkfold\n", "lacks the column scope, name, metric, value, low, high; give the table of srna"),
        (HEADER + ROW.replace("0.5", "high"), "column value, line 2: 'high' is not a number"),
        (HEADER + ROW.replace("0.5\t", "0.5\tlow"), "column low, line 2: 'low' is not a number"),
        (HEADER + ROW.replace("kfold", "leave-one"), "has the scheme 'leave-one', but must have one of resource-out,"),
        (HEADER + ROW + ROW.replace("mlp", ""), "line 3: the model has no name"),
        (HEADER + ROW + ROW.replace("0.5", "0.6"), "there are two values of the msa of mlp under kfold"),
    ],
)  # fmt: skip
def test_malformed_tables(tmp_path, text, sentence):
    path = tmp_path / "wrong.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"wrong\.tsv") as error:
        read_inputs(evaluations=[path])
    assert sentence in str(error.value)


def test_tables_of_other_labels_are_refused(files, tmp_path):
    other = read_evaluations([files["kfold"]])
    other["value"] += 1
    write_table(other, tmp_path / "other.tsv")
    with pytest.raises(InputError, match=r"kfold\.tsv, .*other\.tsv: there are two values of the samples of logistic"):
        read_evaluations([files["kfold"], tmp_path / "other.tsv"])


def test_names_that_look_like_numbers_stay_text(make_metrics, tmp_path):
    write_table(make_metrics({("001", "class", "1e3", "recall"): 0.5}), tmp_path / "a.tsv")
    table = read_evaluations([tmp_path / "a.tsv"])
    assert table.loc[0, ["model", "name"]].tolist() == ["001", "1e3"]
