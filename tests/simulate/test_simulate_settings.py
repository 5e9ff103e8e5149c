"""What can be chosen about a simulation, and what is refused."""

import pytest

from srna_tools.errors import SampleError
from srna_tools.simulate import SimulationSettings


def test_every_study_has_all_tissues_unless_confounded():
    settings = SimulationSettings(tissues=("blood", "brain", "skin"))
    assert {settings.tissues_of(number) for number in settings.study_numbers()} == {settings.tissues}


@pytest.mark.parametrize("studies", [1, 2, 3, 7])
def test_confounded_tissues_come_from_their_own_studies_only(studies):
    settings = SimulationSettings(studies=studies, tissues=("blood", "brain", "skin"), confounded=True)
    designs = [set(settings.tissues_of(number)) for number in settings.study_numbers()]
    assert set().union(*designs) == set(settings.tissues)
    for one in designs:
        for other in designs:
            assert one == other or not one & other


def test_study_numbers_start_where_asked():
    assert list(SimulationSettings(studies=2, first_study=7).study_numbers()) == [7, 8]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"tissues": ("blood", "coral")}, "each must be named once and be one of blood, brain"),
        ({"tissues": ("blood", "blood")}, "named once"),
        ({"tissues": ()}, "the tissues none"),
        ({"studies": 0}, "start at 1"),
        ({"samples_per_study": 0}, "start at 1"),
        ({"first_study": 0}, "start at 1"),
        ({"study_effect": -1.0}, "at 0"),
        ({"seed": -1}, "at 0"),
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong, sentence):
    with pytest.raises(SampleError, match=sentence):
        SimulationSettings(**wrong)
