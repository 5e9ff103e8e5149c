"""Conditions on sample columns against plain Python on each row; whatever is hostile or mistaken is one sentence."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srna_tools.errors import ColumnError, ExpressionError, SrnaToolsError
from srna_tools.preprocess.expression import EXAMPLE
from srna_tools.preprocess.where import select

TISSUES = ["liver", "lung", None, "brain", "liver", " lung "]
AGES = [10.0, 20.0, None, 40.0, 65.0, 18.0]
COLUMNS = {
    "tissue": pd.Categorical(TISSUES),
    "age": AGES,
    "reads": [5, 2**53 + 1, 7, 8, 9, 10],
    "study": ["19", "4", "4", "x", "x", "x"],
    "batch": pd.Categorical([1, 2, 1, 2, 1, 2]),
    "tumour": [True, False, True, False, False, True],
    "cell type (it's)": ["a", "b", "a", "b", "a", "b"],
    "class": ["p", "p", "q", "q", "q", None],
    "sex": ["", "f", "m", "f", None, "m"],
    "empty": [None] * 6,
    "größe": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
}


@pytest.fixture(scope="module")
def samples(make_samples):
    return make_samples([[1, 2]] * 6, **COLUMNS)


def rows(samples, expression):
    return [int(name[1:]) for name in samples.obs_names[select(samples, expression).rows]]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("tissue == 'liver'", [1, 5]),
        ('"liver" == tissue', [1, 5]),
        ("tissue == 'lung'", [2, 6]),
        ("tissue != 'liver'", [2, 3, 4, 6]),
        ("tissue in ['liver', 'brain']", [1, 4, 5]),
        ("tissue in ('liver',)", [1, 5]),
        ("tissue in []", []),
        ("tissue not in ['liver', 'brain']", [2, 3, 6]),
        ("tissue is None", [3]),
        ("tissue is not None", [1, 2, 4, 5, 6]),
        ("sex is None", [1, 5]),
        ("tissue < 'liver'", [4]),
        ("age >= 18", [2, 4, 5, 6]),
        ("age < 18", [1]),
        ("not age < 18", [2, 3, 4, 5, 6]),
        ("18 <= age < 65", [2, 4, 6]),
        ("10 < age == 65.0", [5]),
        ("age in [10, 40.0]", [1, 4]),
        ("age > -1", [1, 2, 4, 5, 6]),
        ("reads == 9007199254740993", [2]),
        ("reads == 9007199254740992", []),
        ("batch == 2", [2, 4, 6]),
        ("study == '19'", [1]),
        ("tumour", [1, 3, 6]),
        ("not tumour", [2, 4, 5]),
        ("tumour == False", [2, 4, 5]),
        ("tumour in [True]", [1, 3, 6]),
        ("`cell type (it's)` == 'a' and tumour", [1, 3]),
        ("`class` == 'q'", [3, 4, 5]),
        ("größe > 4", [5, 6]),
        ("age == größe", []),
        ("empty == 'x' or empty in ['x', 1] or empty < 5 or empty == age", []),
        ("empty != 'x' and empty not in [1] and empty is None", [1, 2, 3, 4, 5, 6]),
        ("reads > größe", [1, 2, 3, 4, 5, 6]),
        ("tissue == 'liver' and age > 18 or tumour", [1, 3, 5, 6]),
        ("tissue == 'liver' and (age > 18 or tumour)", [1, 5]),
        ("(\n tissue == 'liver'\n and tumour\n)", [1]),
        ("  tissue == r'liver'  ", [1, 5]),
    ],
)
def test_conditions_by_hand(samples, expression, expected):
    assert rows(samples, expression) == expected


@given(
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    st.integers(0, 80),
    st.sampled_from(["==", "!=", "in", "not in"]),
    st.lists(st.sampled_from(["liver", "lung", "brain", "skin"]), min_size=1, max_size=3),
    st.sampled_from(["and", "or"]),
    st.booleans(),
)
def test_conditions_are_what_python_says_of_each_row(make_samples, sign, age, word, tissues, join, is_negated):
    samples = make_samples([[1, 2]] * 6, **COLUMNS)
    value = tissues if word.endswith("in") else tissues[0]
    condition = f"age {sign} {age} {join} tissue {word} {value!r}"
    condition = f"not ({condition})" if is_negated else condition

    def of_row(number, tissue):
        tissue = tissue and tissue.strip()
        orders = {
            "==": number == age, "!=": number != age, "<": number is not None and number < age,
            "<=": number is not None and number <= age, ">": number is not None and number > age,
            ">=": number is not None and number >= age,
        }  # fmt: skip
        words = {"==": tissue == value, "!=": tissue != value, "in": tissue in tissues, "not in": tissue not in tissues}
        met = (orders[sign] and words[word]) if join == "and" else (orders[sign] or words[word])
        return met is not is_negated

    expected = [of_row(number, tissue) for number, tissue in zip(AGES, TISSUES, strict=True)]
    assert select(samples, condition).rows.tolist() == expected


def test_values_that_no_sample_has_are_named_with_those_that_occur(samples):
    selection = select(samples, "tissue in ['livr', 'lung'] or tissue == 'Lung' or 'livr' != tissue")
    assert selection.notes == (
        "no sample has tissue 'livr'; the values are: brain, liver, lung",
        "no sample has tissue 'Lung'; the values are: brain, liver, lung",
    )
    assert select(samples, "tissue == 'liver' and age == 99").notes == ()
    (note,) = select(samples, f"tissue in {[str(number) for number in range(1000)]}").notes
    assert note == "no sample has tissue '0', '1', '2', '3', '4' and 995 more; the values are: brain, liver, lung"


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')",
        "tissue.__class__",
        "tissue.__class__ == 'x'",
        "().__class__.__bases__[0].__subclasses__() == 'x'",
        "open('x') == 'x'",
        "tissue == open('x')",
        "tissue in [open('x')]",
        "tissue in list('liver')",
        "[x for x in tissue] == 'x'",
        "tissue in [x for x in 'abc']",
        "any(tissue)",
        "(lambda: True)()",
        "lambda: tissue",
        "(tissue := 'liver')",
        "tissue == (x := 'liver')",
        "f'{tissue}' == 'x'",
        "tissue == f'liver'",
        "tissue == 'li' + 'ver'",
        "tissue == 'l' * 9999999999",
        "age == 9 ** 9 ** 9 ** 9",
        "age == 1 + 1",
        "age == -(-1)",
        "age == ~1",
        "age == +1",
        "age == 1j",
        "age == 1e999",
        "age == " + "9" * 400,
        "age < -'x'",
        "tumour == -True",
        "tissue[0] == 'l'",
        "tissue['liver']",
        "tissue == ...",
        "tissue == b'liver'",
        "tissue == {'liver'}",
        "tissue in {'liver': 1}",
        "tissue in {'liver'}",
        "tissue if tumour else age",
        "await tissue",
        "(yield)",
        "tissue == *age",
        "*tissue",
        "tissue, age",
        "[tissue]",
        "True",
        "None",
        "'liver'",
        "1 == 1",
        "'a' == 'a' and tumour",
        "tissue is 'liver'",
        "tissue is age",
        "None is None",
        "not 'liver'",
        "tissue & tumour",
        "tissue == 'liver' & tumour",
        "~tumour",
        "tumour < True",
        "tissue == None",
        "tissue in ['liver', None]",
        "tissue in 'liver'",
        "'liver' in tissue",
        "tissue in age",
        "tissue in [age]",
        "tissue in [['liver']]",
        "age and tumour",
        "tissue",
        "tissue = 'liver'",
        "tissue == 'liver",
        "tissue == 'liver'; tumour",
        "tissue == 'liver'\ntumour",
        "import os",
        "tissue ==",
        "tissue like 'liver'",
        "tissue == 'liver' and",
        "`tissue == 'liver'",
        "(tissue == 'liver'",
        "tissue == 'liver'\0",
        "\0",
        "\udce9 == 'x'",
        "",
        "   ",
        "(" * 150 + "tumour" + ")" * 150 + "(",
        "(" * 5000,
        "[" * 9000,
        "not " * 60 + "tumour",
        "not " * 2400 + "tumour",
        "-" * 9000 + "1 == age",
        "~" * 9000 + "tumour",
        "tumour" + ".a" * 4000,
        "tumour" + "[0]" * 3000,
        "tumour" + "()" * 4000,
        "1 if " * 1500 + "1",
        "lambda: " * 1200 + "1",
        "tumour and " * 1000,
        "a" * 10_001,
    ],
)
def test_whatever_is_not_a_plain_condition_is_refused_in_one_sentence(samples, expression):
    with pytest.raises(ExpressionError) as error:
        select(samples, expression)
    sentence = str(error.value)
    assert sentence.startswith("--where")
    assert EXAMPLE in sentence or len(expression) > 10_000
    assert len(sentence) < 400


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("tissue == 'liver' & sex == 'f'", "'liver' & sex is a calculation; join conditions with and, or, not"),
        ("age > '18'", "compares the column 'age', which holds numbers, with text; write the number without quotation"),
        (
            "study == 19",
            "compares the column 'study', which holds text, with numbers; put the value in quotation marks",
        ),
        ("age in [1, 'x']", "compares the column 'age', which holds numbers, with text"),
        ("tumour == 'True'", "which holds true or false, with text; write True or False without quotation marks"),
        ("tumour == 1", "which holds true or false, with numbers"),
        ("age == tissue", "compares the column 'age', which holds numbers, with text; compare columns of one kind"),
        ("`cell type (it's)`", "`cell type (it's)` holds text, so it must be compared with something"),
        ("`cell type (it's)` === 'a'", "cannot be read at: ="),
        ("tissue == None", "None stands for a missing value; write: column is None"),
        ("tissue in 'liver'", "must be a column, then in, then a list such as ['liver', 'lung']"),
        ("tissue = 'liver'", "cannot be read at: = 'liver' (two are compared with ==)"),
        ("class == 'q'", "cannot be read at: class == 'q' (invalid syntax)"),
    ],
)
def test_mistakes_are_shown_with_their_place(samples, expression, part):
    with pytest.raises(ExpressionError) as error:
        select(samples, expression)
    assert part in str(error.value)


@pytest.mark.parametrize("expression", ["organ == 'liver'", "`or gan` == 'x'", "tissue == liver", "os", "`__class__`"])
def test_a_column_that_does_not_exist_lists_those_that_do(samples, expression):
    with pytest.raises(ColumnError, match=r"there is no sample column '.+'; the columns are: dataset, tissue, age"):
        select(samples, expression)


def test_look_alikes_of_letters_reach_their_own_column_alone(make_samples):
    samples = make_samples([[1, 2]] * 2, **{"µ": ["a", "b"], "x": ["b", "a"]})
    assert rows(samples, "µ == 'a'") == [1]
    assert rows(samples, "`µ` == 'a'") == [1]
    with pytest.raises(ColumnError):
        rows(samples, "`\N{GREEK SMALL LETTER MU}` == 'a'")


@given(st.text(max_size=40) | st.text("tisue=<>!()[]'`\"\\ andotr.,_0\n:#", max_size=40))
def test_any_text_gives_samples_or_a_sentence(make_samples, text):
    samples = make_samples([[1, 2]] * 6, **COLUMNS)
    try:
        selection = select(samples, text)
    except SrnaToolsError as error:
        assert str(error)  # noqa: PT017
    else:
        assert selection.rows.dtype == bool
        assert selection.rows.shape == (6,)


def test_names_in_backticks_do_not_mix_with_those_that_stand_for_them(make_samples):
    samples = make_samples([[1, 2]] * 2, **{"column_0": ["a", "b"], "a b": ["b", "a"]})
    assert rows(samples, "`a b` == 'a' and column_0 == 'b'") == [2]
    assert rows(samples, "column_0 == '`a b`' or `a b` == 'a'") == [2]
