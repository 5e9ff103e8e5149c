"""Explanations of samples with a bundle: the method's own laws, and whose class a sample counts for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from srna_tools.attribute.engine import ENGINES, PACKAGE
from srna_tools.attribute.engines import engine_for
from srna_tools.attribute.explain import prepare
from srna_tools.attribute.ranking import ClassDifferences, columns_of_types
from srna_tools.errors import SampleError
from srna_tools.models.logistic import LogisticSettings
from srna_tools.predict.annotate import annotate
from srna_tools.predict.status import Thresholds
from srna_tools.preprocess.specification import TransformSpecification
from srna_tools.training import train_bundle


def explainer_of(samples, bundle, rule="rescale", reference="zero", threads=1):
    return prepare(samples, bundle, rule=rule, reference=reference, threads=threads)


def test_the_mean_reference_is_the_mean_of_the_training_inputs(simulated, mlp_bundle):
    np.testing.assert_allclose(
        mlp_bundle.transform.mean, mlp_bundle.transform.apply(simulated).values.mean(axis=0), atol=1e-6
    )


@pytest.mark.parametrize(("trained", "usual"), [("mlp_bundle", "zero"), ("logistic_bundle", "mean")])
def test_only_inputs_from_0_to_1_are_compared_with_zero_unless_told(simulated, request, trained, usual):
    bundle = request.getfixturevalue(trained)

    auto, named = (prepare(simulated, bundle, rule="rescale", reference=name) for name in ("auto", usual))

    np.testing.assert_array_equal(auto.engine.reference, named.engine.reference)
    assert f"(reference: {usual})" in auto.describe()


def test_samples_count_for_their_annotation_else_for_the_prediction(simulated, mlp_bundle):
    samples = simulated.copy()
    samples.obs["tissue"] = samples.obs["tissue"].astype(object)
    samples.obs.iloc[0, samples.obs.columns.get_loc("tissue")] = None
    samples.obs.iloc[1, samples.obs.columns.get_loc("tissue")] = "kidney"

    explainer = explainer_of(samples, mlp_bundle)

    assert explainer.annotated.tolist() == [False, False, *[True] * (samples.n_obs - 2)]
    predictions = annotate(samples, mlp_bundle, Thresholds()).table.iloc[:2]
    best = [mlp_bundle.classes.index(label) for label in predictions["label"]]
    assert explainer.codes[:2].tolist() == np.where(predictions["status"] == "ok", best, -1).tolist()
    expected = [mlp_bundle.classes.index(tissue) for tissue in simulated.obs["tissue"].astype(str)[2:]]
    assert explainer.codes[2:].tolist() == expected


def test_samples_without_reads_are_left_out(simulated, mlp_bundle):
    samples = simulated.copy()
    counts = samples.layers["counts"].tolil()
    counts[4] = 0
    samples.layers["counts"] = counts.tocsr()

    explainer = explainer_of(samples, mlp_bundle)

    assert samples.obs_names[4] not in explainer.samples.obs_names
    assert explainer.samples.n_obs == samples.n_obs - 1
    with pytest.raises(SampleError, match="there is no sample"):
        explainer.row_of(samples.obs_names[4])


def test_known_markers_lead_the_ranking_of_their_tissue(simulated, mlp_bundle):
    table, differences = explainer_of(simulated, mlp_bundle).rank_classes(top=40)

    leaders = {name: set(rows["feature"]) for name, rows in table.groupby("class")}
    assert any("miR-122" in feature for feature in leaders["liver"])
    assert any("miR-9-" in feature or "miR-124" in feature for feature in leaders["brain"])
    assert differences.shape == (4, len(mlp_bundle.transform.features))


def test_mean_rpm_beside_the_ranks_is_that_of_the_samples(simulated, logistic_bundle):
    table, _ = explainer_of(simulated, logistic_bundle).rank_classes(top=3)
    counts = simulated.layers["counts"].toarray()
    rpm = counts / counts.sum(axis=1, keepdims=True) * 1e6
    row = table[table["class"] == "skin"].iloc[0]
    member = (simulated.obs["tissue"] == "skin").to_numpy()
    column = rpm[:, simulated.var_names.get_loc(row["feature"])]

    assert row["mean_rpm_class"] == pytest.approx(column[member].mean(), rel=1e-6)
    assert row["mean_rpm_others"] == pytest.approx(column[~member].mean(), rel=1e-6)


def test_features_of_one_type_are_ranked_among_themselves(simulated, logistic_bundle):
    explainer = explainer_of(simulated, logistic_bundle)
    types = logistic_bundle.transform.types
    collected = ClassDifferences(explainer.codes, 4, len(types))
    explainer.collect(collected)

    whole = explainer.top_features(collected, top=len(types))
    restricted = explainer.top_features(collected, len(types), columns_of_types(types, ["piRNA", "snoRNA"]))

    kind = dict(zip(logistic_bundle.transform.features, types, strict=True))
    expected = whole[whole["feature"].map(kind).isin(["piRNA", "snoRNA"])]
    assert 0 < len(expected) < len(whole)
    columns = ["class", "feature", "score", "mean_rpm_class", "mean_rpm_others", "samples"]
    pd.testing.assert_frame_equal(restricted[columns], expected[columns].reset_index(drop=True))
    assert restricted["rank"].tolist() == list(range(1, len(expected) // 4 + 1)) * 4


def test_refused_predictions_speak_for_no_class(simulated, logistic_bundle):
    samples = simulated.copy()
    del samples.obs["tissue"]
    counts = samples.layers["counts"].tolil()
    counts[0] = 1  # every sRNA alike: no tissue looks like that
    samples.layers["counts"] = counts.tocsr()
    table = annotate(samples, logistic_bundle, Thresholds()).table

    explainer = explainer_of(samples, logistic_bundle)

    refused = (table["status"] != "ok").to_numpy()
    assert refused[0]
    assert (explainer.codes[refused] == -1).all()
    assert (explainer.codes[~refused] >= 0).all()
    assert f"{refused.sum()} for none" in explainer.summary()
    table, _ = explainer.rank_classes(top=1)
    assert table["samples"].sum() == (~refused).sum()


def test_where_all_is_refused_the_best_guesses_are_explained_and_said_to_be(simulated, logistic_bundle, caplog):
    sample = simulated[:1].copy()
    del sample.obs["tissue"]
    sample.layers["counts"] = sparse.csr_matrix(np.ones(sample.shape, dtype=np.int64))

    with caplog.at_level("WARNING", logger="srna_tools"):
        explainer = explainer_of(sample, logistic_bundle)

    assert "every prediction is refused" in caplog.text
    assert explainer.codes.tolist() == [explainer.probabilities[0].argmax()]
    assert len(explainer.rank_classes(top=4)[0]) == 4


def test_means_run_over_the_samples_that_measured_a_feature(make_samples):
    samples = make_samples([[90, 10, 0], [80, 20, 0], [10, 90, 50], [20, 80, 50]] * 3, tissue=["a", "a", "b", "b"] * 3)
    samples.obs["resource"] = ["x"] * 6 + ["y"] * 6
    samples.varm["measured"] = pd.DataFrame({"x": [True, True, False], "y": True}, index=samples.var_names)
    specification = TransformSpecification(measured="any", max_zero_fraction=1.0)
    specification.record(samples)
    bundle = train_bundle(samples, "tissue", "logistic", LogisticSettings())[0]

    table, _ = explainer_of(samples, bundle).rank_classes()

    row = table[(table["class"] == "b") & (table["feature"] == samples.var_names[2])].iloc[0]
    assert row["mean_rpm_class"] == pytest.approx(50 / 150 * 1e6)


def test_results_do_not_depend_on_the_number_of_threads(simulated, mlp_bundle):
    one, two = (explainer_of(simulated, mlp_bundle, threads=threads).rank_classes()[0] for threads in (1, 2))

    assert one.equals(two)


def test_a_forest_is_explained_from_samples_to_ranking(simulated, forest_bundle):
    explainer = explainer_of(simulated, forest_bundle)

    table, differences = explainer.rank_classes(top=5)

    scores = explainer.scores(np.arange(len(explainer.inputs)))
    change = explainer.engine.outputs(explainer.inputs) - explainer.engine.start()
    np.testing.assert_allclose(scores.sum(axis=2), change, atol=1e-5)
    assert table.groupby("class").size().tolist() == [5] * 4
    assert differences.max() > 0


@pytest.mark.parametrize("kind", ["mlp", "random-forest", "linear"])
def test_blocks_cover_all_samples_whatever_the_engine_takes_at_a_time(simulated, bundle_of_kind, kind):
    explainer = explainer_of(simulated, bundle_of_kind(kind))
    sizes = [len(rows) for rows in explainer.blocks()]
    assert np.concatenate(list(explainer.blocks())).tolist() == list(range(simulated.n_obs))
    assert max(sizes) <= explainer.engine.block
    assert len(sizes) == -(-simulated.n_obs // explainer.engine.block)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_model_of_numbers_is_refused_with_a_sentence(bundle_of_kind, engine):
    with pytest.raises(SampleError, match="holds a linear-numeric model, which predicts a number"):
        engine_for(bundle_of_kind("linear-numeric"), rule="rescale", reference="zero", engine=engine)


@pytest.mark.parametrize("kind", ["random-forest", "linear"])
def test_the_deeplift_package_explains_networks_only(bundle_of_kind, kind):
    with pytest.raises(
        SampleError, match=f"explains mlp, .*, domain-adaptation models, but this bundle holds a {kind} model;"
    ):
        engine_for(bundle_of_kind(kind), rule="rescale", reference="zero", engine=PACKAGE)


def test_the_deeplift_package_ranks_as_ours_does(simulated, mlp_bundle):
    ours = explainer_of(simulated, mlp_bundle)
    theirs = prepare(simulated, mlp_bundle, rule="rescale", reference="zero", engine=PACKAGE)

    one, two = (explainer.rank_classes(top=10) for explainer in (ours, theirs))

    np.testing.assert_allclose(one[1], two[1], atol=5e-5 * np.abs(one[1]).max())
    assert one[0]["feature"].tolist() == two[0]["feature"].tolist()
    assert "deeplift package" in theirs.describe()
