"""No module of the package can execute what a file holds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import srna_tools

MODULES = sorted(Path(srna_tools.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_it_neither_unpickles_nor_evaluates(module):
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imported = {getattr(node, "module", None) or "", *(alias.name for alias in node.names)}
            assert not {name.split(".")[0] for name in imported} & {
                "pickle",
                "dill",
                "cloudpickle",
                "marshal",
                "shelve",
            }
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
            assert name not in {"eval", "exec", "__import__", "read_pickle", "to_pickle", "load_model", "Lambda"}
            assert not any(keyword.arg in {"allow_pickle", "safe_mode"} for keyword in node.keywords)
            owner = getattr(getattr(node.func, "value", None), "id", "")
            assert (owner, name) not in {("joblib", "load"), ("np", "load"), ("torch", "load")}
