"""Libraries of the extras: where they are missing, and where they are broken, a sentence names what to do."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

import pytest

from srna_tools.errors import BrokenExtraError, MissingExtraError
from srna_tools.extras import LIBRARIES, import_from_extra, is_installed, require_installed

_SETUP = Path(__file__).resolve().parents[1] / "setup.cfg"
_DISTRIBUTIONS = {"RNA": "viennarna"}


@pytest.mark.parametrize("module", LIBRARIES)
def test_the_extra_that_is_named_installs_the_library(module):
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(_SETUP)
    required = setup["options.extras_require"][LIBRARIES[module].extra].lower().split()
    names = {re.match(r"[\w-]+", line).group() for line in required if line[0].isalpha()}
    distribution = _DISTRIBUTIONS.get(module, module)
    assert {distribution, f"{distribution}-cpu"} & names
    assert distribution not in setup["options"]["install_requires"]


def test_a_missing_library_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "gseapy", None)
    sentence = r"needs gseapy; install it with: pip install 'srna-tools\[explain\]'"
    with pytest.raises(MissingExtraError, match=f"^--method gsea {sentence}$"):
        require_installed("numpy", "gseapy", needed_by="--method gsea")
    with pytest.raises(MissingExtraError, match=f"^this step {sentence}$"):
        import_from_extra("gseapy.base")
    assert not is_installed("gseapy")
    assert not is_installed("numpy", "gseapy")


def test_asking_for_a_library_does_not_import_it(tmp_path, monkeypatch):
    (tmp_path / "shap.py").write_text("raise AssertionError('imported')")
    monkeypatch.delitem(sys.modules, "shap", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    require_installed("shap")
    assert is_installed("shap")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module_at_all", "No module named 'no_such_module_at_all'"),
        ("raise ImportError('libhmm.so: cannot open shared object file')", "libhmm.so: cannot open shared object file"),
        ("import numpy; numpy.no_such_function", "module 'numpy' has no attribute 'no_such_function'"),
        ("raise OSError", "without a reason"),
    ],
)
def test_a_library_that_does_not_load_is_not_called_missing(tmp_path, monkeypatch, source, reason):
    (tmp_path / "logomaker.py").write_text(source)
    monkeypatch.delitem(sys.modules, "logomaker", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(BrokenExtraError) as found:
        import_from_extra("logomaker")
    assert str(found.value) == (
        f"logomaker is installed, but does not load ({reason}); install it anew with: "
        "pip install --force-reinstall 'srna-tools[sequence]'"
    )


def test_what_a_library_warns_of_as_it_loads_is_kept_from_users(tmp_path, monkeypatch, recwarn):
    (tmp_path / "logomaker.py").write_text("import warnings\nwarnings.warn('old')\nvalue = 3")
    monkeypatch.delitem(sys.modules, "logomaker", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    assert import_from_extra("logomaker").value == 3
    assert not recwarn.list
    monkeypatch.delitem(sys.modules, "logomaker")


def test_a_module_inside_a_library_can_be_imported():
    assert import_from_extra("pyhmmer.easel").__name__ == "pyhmmer.easel"
