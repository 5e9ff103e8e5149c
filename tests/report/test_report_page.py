"""The report: every section, every sample, nothing from outside, and no markup from the data."""

from __future__ import annotations

import base64
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from srna_tools import schema
from srna_tools.bundle import Bundle
from srna_tools.errors import BundleError, InputError
from srna_tools.io.h5ad import read_samples, write_samples
from srna_tools.report.agreement import agreement_of
from srna_tools.report.figure import new_figure
from srna_tools.report.inputs import read_inputs
from srna_tools.report.page import render
from srna_tools.report.save import save_figure

VOID = {"meta", "img", "br"}
NASTY = "<script>alert('x')</script>"


class Page(HTMLParser):
    """Tags, text and images of a page; checks that what is opened is closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open, self.tags, self.headings, self.text, self.images = [], [], [], [], []
        self.rows: list[list[str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "img":
            self.images.append(dict(attributes))
        if tag == "tr":
            self.rows.append([])
        if tag in {"th", "td"}:
            self.rows[-1].append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" in self.open:
            return
        self.text.append(data)
        if "h2" in self.open:
            self.headings.append(data)
        if {"th", "td"} & set(self.open):
            self.rows[-1][-1] += data

    def plain(self) -> str:
        return " ".join(" ".join(self.text).split())


@pytest.fixture
def everything(folder):
    save_figure(new_figure(2, 1), folder / "picture.png")
    return {
        "samples": folder / "samples.h5ad",
        "import_report": folder / "import.tsv",
        "mapping": folder / "mapping.tsv",
        "models": {"tissue": folder / "tissue.safetensors"},
        "predictions": folder / "predictions.tsv",
        "top_features": folder / "top.tsv",
        "stability": folder / "stability.tsv",
        "similarity": folder / "similarity.tsv",
        "enrichment": folder / "enrichment.tsv",
        "heatmaps": [("sample s1", folder / "picture.png")],
        "embedding": folder / "picture.png",
    }


def test_all_sections_and_the_purpose_at_both_ends(everything):
    page = Page(render(read_inputs(**everything), title="My report", notes=["This data is simulated."]))
    assert page.headings == [
        "What was read", "Which samples are alike", "What was predicted", "How sure", "Why", "How stable",
        "What is enriched", "The model", "How it was made",
    ]  # fmt: skip
    text = page.plain()
    assert text.count("For research use only.") == 2
    assert "This data is simulated." in text
    assert "13 samples of 2 datasets with 40 features (read counts)" in text
    assert "two rows were left out" in text
    assert ("title", {}) in page.tags
    targets = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert targets == {f"#{attributes['id']}" for tag, attributes in page.tags if tag == "section"}


def test_every_sample_has_a_row_and_the_doubtful_come_first(everything, folder):
    page = Page(render(read_inputs(**everything)))
    predictions = pd.read_csv(folder / "predictions.tsv", sep="\t", keep_default_na=False)
    (start,) = [place for place, row in enumerate(page.rows) if row[0] == "Sample" and row[-1] == "Reason"]
    rows = page.rows[start + 1 : start + 1 + len(predictions)]
    assert sorted(row[0] for row in rows) == sorted(predictions["sample"])
    status = [row[3] for row in rows]
    assert status == sorted(status, key=["unknown", "ambiguous", "low quality", "ok"].index)
    by_sample = {row[0]: row for row in rows}
    assert by_sample["s12"][1:7] == ["y", "0", "low quality", "", "", ""]
    assert by_sample["s1"][-2:] == ["liver", ""]
    doubtful = [row for row in rows if row[3] != "ok" and row[4]]
    assert all(row[4].endswith("?") for row in doubtful)


def test_names_cannot_inject_markup_and_nothing_comes_from_outside(everything):
    html = render(read_inputs(**everything), title=NASTY, notes=[NASTY])
    page = Page(html)
    assert "<script" not in html
    assert NASTY in page.plain()
    assert "http" not in html
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in page.tags}
    for image in page.images:
        kind, data = image["src"].split(",")
        assert kind == "data:image/png;base64"
        assert base64.b64decode(data).startswith(b"\x89PNG")
        assert image["alt"]
    assert len(page.images) == 4


def test_agreement_is_told_with_its_limits(everything):
    text = Page(render(read_inputs(**everything))).plain()
    assert "tissue: agreement with the annotation that was there before" in text
    assert "From datasets that the model was trained on (x): " in text
    assert "low quality with fewer than 7 reads" in text
    assert "Fewer than 10 training samples, so not to be trusted: liver, lung." in text
    assert "Known from a single dataset" in text


def test_model_and_features_in_words(everything):
    page = Page(render(read_inputs(**everything)))
    text = page.plain()
    assert "logistic regression" in text
    assert "rank within the sample of 40 features (miRNA)" in text
    assert ["liver", "", "3", "1"] in page.rows
    features = [row for row in page.rows if len(row) < 7 and any(cell.startswith("hsa-miR-") for cell in row)]
    assert len(features) == 10
    assert features[0] == ["liver(6 samples)", "1", "hsa-miR-1-5p", "1", "1,200", "0.5"]
    assert ["hepar", "6", "liver", ""] in page.rows
    assert ["odd", "1", "", "no such term"] in page.rows


@pytest.mark.parametrize(
    ("given", "sections"),
    [
        (["samples"], ["What was read", "How it was made"]),
        (["import_report"], ["What was read"]),
        (["mapping"], ["What was read"]),
        (["models"], ["The model"]),
        (["predictions"], ["What was predicted", "How sure"]),
        (["top_features"], ["Why"]),
        (["stability"], ["How stable"]),
        (["similarity"], ["How stable"]),
        (["enrichment"], ["What is enriched"]),
        (["heatmaps"], ["Why"]),
        (["embedding"], ["Which samples are alike"]),
    ],
)
def test_any_single_input_is_enough(everything, given, sections):
    page = Page(render(read_inputs(**{name: everything[name] for name in given})))
    assert page.headings == sections
    if given in (["samples"], ["import_report"]):
        assert any(row[0] == "s1" for row in page.rows)


def test_ranks_are_shown_with_what_they_rest_on(folder):
    table = pd.read_csv(folder / "top.tsv", sep="\t")
    table = table.assign(rank_low=1, rank_high=table["rank"] + 3, datasets=3, dataset_rank_low=np.nan)
    table = table.assign(dataset_rank_high=np.nan, supporting_datasets=[3, 1, *[2] * 12], note="")
    table.to_csv(folder / "new.tsv", sep="\t", index=False)
    page = Page(render(read_inputs(top_features=folder / "new.tsv")))
    assert ["2", "hsa-miR-2-5p", "0.5", "1,200", "0.5", "1 to 5", "1 of 3 one study only"] in page.rows
    assert ["3", "hsa-miR-3-5p", "0.333", "1,200", "0.5", "1 to 6", "2 of 3"] in page.rows
    text = page.plain()
    assert "1 of these 10 rows rest on one study at most" in text
    assert "Ranks with other studies" not in text
    assert "(6 samples, 3 studies)" in text


def test_stability_and_enrichment_in_tables(everything):
    page = Page(render(read_inputs(**everything)))
    assert ["liver", "6", "", "4.5"] in page.rows
    assert ["lung", "5", "never", ""] in page.rows
    assert ["liver", "6", "", "12*"] in page.rows
    titles = [attributes["title"] for tag, attributes in page.tags if tag == "td" and "title" in attributes]
    assert titles == ["0 of 6 samples never", "5 of 5 samples never", "2 of 6 samples never", "0 of 5 samples never"]
    found = ["liver", "gsea", NASTY, "mine.gmt", "5", "2", "0.5", "2", "0.00012", "0.02", "hsa-miR-1-5p, hsa-miR-2-5p"]
    assert found in page.rows
    assert "2 sets tested in 2 classes; 1 class with at least one set" in page.plain()


def test_same_input_same_page(everything):
    assert render(read_inputs(**everything)) == render(read_inputs(**everything))


def test_several_models(folder, everything):
    table = pd.read_csv(folder / "predictions.tsv", sep="\t")
    other = table.assign(model="sex", label="male", runner_up="female")
    pd.concat([table.assign(model="tissue"), other]).to_csv(folder / "both.tsv", sep="\t", index=False)
    page = Page(render(read_inputs(**everything | {"predictions": folder / "both.tsv"})))
    text = page.plain()
    assert "tissue: all samples" in text
    assert "model sex: all samples" in text
    assert sum(row[0] == "s12" for row in page.rows) == 2


def test_two_thousand_samples_stay_a_small_page(folder):
    number = 2000
    table = pd.DataFrame(
        {
            "sample": [f"s{place}" for place in range(number)],
            "label": [f"class {place % 30}" for place in range(number)],
            "probability": np.linspace(0.1, 1, number),
            "margin": 0.2,
            "runner_up": "class 1",
            "coverage": 1,
            "status": "ok",
            "reason": "",
        }
    )
    table.to_csv(folder / "many.tsv", sep="\t", index=False)
    html = render(read_inputs(predictions=folder / "many.tsv"))
    assert len(Page(html).rows) > number
    assert len(html) < 2_000_000


def test_agreement_in_numbers(bundle: Bundle):
    table = pd.DataFrame(
        {
            "sample": list("abcdef"),
            "label": ["liver", "lung", "liver", "lung", "liver", "lung"],
            "recorded": ["liver", "liver", "placenta", "lung", None, "lung"],
            "status": ["ok", "ok", "ok", "ok", "ok", "unknown"],
            "dataset": ["x", "x", "new", "new", "new", "new"],
        }
    )
    agreement = agreement_of(table, bundle)
    assert agreement.sentences == [
        "Annotated before: 5 of 6 samples; with a prediction of status ok: 4 of these.",
        "Agreement of these: 2 of 4 (50 %). Always saying 'liver' would agree for 2 of 4 (50 %).",
        "Not ok: 1; their best guess would agree for 1.",
        "Annotated as something that the model does not know (placenta): 1 sample. No prediction can agree, and the "
        "right answer is not to be ok. Status ok nevertheless: 1.",
        "From datasets that the model was trained on (x): 2 samples. "
        "In the datasets that were not, 1 of 2 (50 %) agree.",
    ]
    assert agreement.disagreeing["sample"].tolist() == ["b", "c"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("predictions", "sample\tlabel\na\tliver\n", "lacks the column probability, margin"),
        ("predictions", "", "is empty"),
        ("top_features", "class\trank\tfeature\nliver\t1\ta\n", "lacks the column score"),
        ("top_features", "class\trank\tfeature\tscore\nliver\t1\ta\thigh\n", "column score, line 2: 'high' is not"),
        ("import_report", "a\tb\n1\t2\n", "give the table of srna-import --report-output"),
        ("mapping", "a\tb\n1\t2\n", "give the table of srna-group --mapping-output"),
        ("embedding", "<svg/>", "is not a PNG picture"),
    ],
)
def test_malformed_inputs(tmp_path, name, text, sentence):
    path = tmp_path / "wrong.tsv"
    path.write_text(text)
    with pytest.raises(InputError, match=r"wrong\.tsv.*" + sentence):
        read_inputs(**{name: path})


def test_malformed_predictions(folder):
    def changed(**columns):
        table = pd.read_csv(folder / "predictions.tsv", sep="\t", dtype=str).assign(**columns)
        table.to_csv(folder / "wrong.tsv", sep="\t", index=False)
        return folder / "wrong.tsv"

    with pytest.raises(InputError, match="has the status fine, but must have one of ok, ambiguous"):
        read_inputs(predictions=changed(status="fine"))
    with pytest.raises(InputError, match="has two rows of the sample a;"):
        read_inputs(predictions=changed(sample="a"))
    with pytest.raises(InputError, match=r"none of its samples .* is among those of --samples"):
        read_inputs(predictions=changed(sample=[f"t{place}" for place in range(13)]), samples=folder / "samples.h5ad")
    with pytest.raises(BundleError, match="is not a model bundle"):
        read_inputs(models={"a": folder / "predictions.tsv"})


def test_a_picture_that_is_too_large(folder):
    pixels = np.random.default_rng(0).integers(0, 256, (2000, 2000, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "large.png")
    with pytest.raises(InputError, match="the report takes pictures of up to 10,000,000"):
        read_inputs(heatmaps=[("a", folder / "large.png")])


def test_at_most_thirty_heatmaps(everything):
    page = Page(render(read_inputs(heatmaps=everything["heatmaps"] * 32)))
    assert len(page.images) == 30
    assert "2 further heatmaps were given and are not shown here." in page.plain()


def test_samples_of_a_reads_per_million_table(folder):
    samples = read_samples(folder / "samples.h5ad")
    samples.uns[schema.UNS]["values"] = {"all": "rpm"}
    write_samples(samples, folder / "rpm.h5ad")
    assert "(reads per million)" in Page(render(read_inputs(samples=folder / "rpm.h5ad"))).plain()
