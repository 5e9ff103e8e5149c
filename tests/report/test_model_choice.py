"""What the report says of a choice: in words, as a table and a picture, and nothing where there was none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srna_tools.bundle import save_bundle
from srna_tools.report.inputs import read_inputs
from srna_tools.report.model_choice import choice_in_words, how_it_was_chosen
from srna_tools.report.model_facts import facts_of
from srna_tools.report.page import render

NASTY = "<script>alert('x')</script>"
CHOICE = {
    "reason": "discriminant: mean class accuracy 0.790 on studies and resources left out; the reason",
    "models": [
        {"model": "discriminant", "studies_msa": 0.8, "studies_mca": 0.812, "resources_msa": 0.8,
         "resources_mca": 0.768, "score": 0.79, "behind": 0.01, "error": 0.02, "chosen": "yes"},
        {"model": "logistic (whitened)", "studies_msa": 0.8, "studies_mca": 0.91, "resources_msa": 0.8,
         "resources_mca": 0.69, "score": 0.8, "behind": 0, "error": 0, "chosen": ""},
    ],
    "left_out": {"forest": "the model 'forest' cannot be fitted for fold 1: no feature passes"},
    "not_judged": ["gall bladder", "thymus"],
}  # fmt: skip


@pytest.fixture
def chosen(bundle_of_kind):
    def make(**changes):
        bundle = bundle_of_kind("logistic")
        return replace(bundle, training=bundle.training | {"choice": CHOICE | changes})

    return make


def test_the_choice_in_words_stands_among_the_facts(chosen, bundle_of_kind):
    facts = dict(facts_of("model", chosen()).facts)
    assert facts["Chosen"] == CHOICE["reason"]
    assert facts["Could not be chosen"] == CHOICE["left_out"]["forest"]
    assert facts["Not judged"] == (
        "gall bladder, thymus: trained, but no other study has them, so that nothing is known of how well they are "
        "recognised"
    )
    everything_judged = dict(facts_of("model", chosen(not_judged=[], left_out={})).facts)
    assert not {"Not judged", "Could not be chosen"} & set(everything_judged)
    named_by_the_user = dict(facts_of("model", bundle_of_kind("logistic")).facts)
    assert not {"Chosen", "Not judged", "Could not be chosen"} & set(named_by_the_user)


def test_the_table_has_the_best_first_and_studies_before_resources(chosen):
    choice = how_it_was_chosen(chosen())
    assert choice.views == ["Studies", "Resources"]
    assert [(row.model, row.accuracies, row.score, row.behind, row.error, row.chosen) for row in choice.rows] == [
        ("logistic (whitened)", [0.91, 0.69], 0.8, 0, 0, False),
        ("discriminant", [0.812, 0.768], 0.79, 0.01, 0.02, True),
    ]
    assert choice.picture.startswith("data:image/png;base64,iVBOR")


def test_the_explanation_tells_what_was_left_out_and_what_the_brackets_mean(chosen):
    whole = how_it_was_chosen(chosen()).explanation
    assert "without some of the studies and without some of the resources" in whole
    assert whole.endswith("In brackets: whitened: made blind to how studies of one class differ.")
    of_studies = [{key: value for key, value in row.items() if "resources" not in key} for row in CHOICE["models"]]
    assert "resources" not in how_it_was_chosen(chosen(models=of_studies[:1])).explanation
    assert "In brackets" not in how_it_was_chosen(chosen(models=of_studies[:1])).explanation
    of_samples = [{key.replace("studies", "samples"): value for key, value in row.items()} for row in of_studies]
    assert "say nothing on other studies" in how_it_was_chosen(chosen(models=of_samples)).explanation


@pytest.mark.parametrize(
    "models", [[], [{"model": "a"}], [CHOICE["models"][0] | {"score": "high"}], [CHOICE["models"][0] | {"error": None}]]
)
def test_a_choice_of_another_form_is_not_drawn(chosen, models):
    assert how_it_was_chosen(chosen(models=models)) is None
    assert choice_in_words(chosen(models=models))[0] == ("Chosen", CHOICE["reason"])


def test_no_choice_no_picture(bundle_of_kind):
    bundle = bundle_of_kind("logistic")
    assert how_it_was_chosen(bundle) is None
    assert how_it_was_chosen(replace(bundle, training={"choice": "of the user"})) is None


def test_the_page_shows_picture_and_table_and_names_cannot_inject_markup(chosen, bundle_of_kind, tmp_path):
    models = [row | {"model": NASTY if row["chosen"] else row["model"]} for row in CHOICE["models"]]
    save_bundle(chosen(models=models, reason=NASTY), tmp_path / "chosen.safetensors")
    save_bundle(bundle_of_kind("logistic"), tmp_path / "plain.safetensors")
    html = render(read_inputs(models={name: tmp_path / f"{name}.safetensors" for name in ("chosen", "plain")}))
    assert "<script" not in html
    assert html.count("How this model was chosen") == 1
    assert html.count("data:image/png;base64,") == 1
    assert '<td class="number">0.812</td><td class="number">0.768</td><td class="number">0.790</td>' in html
    assert '<th scope="col" class="number">Resources left out</th>' in html
