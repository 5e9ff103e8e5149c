"""What is taken out of an environment, and that the rest is the same each time."""

from __future__ import annotations

import subprocess
import sys

import pytest

_KEPT = (
    "alpha/__init__.py",
    "alpha/module.py",
    "alpha.libs/libalpha.so.1",
    "logomaker/tests/functional_tests_logomaker.py",
    "tensorflow/test/__init__.py",
)
_TAKEN_OUT = (
    "alpha/fast.pyx",
    "alpha/include/alpha.h",
    "alpha/tests/test_alpha.py",
    "alpha/deep/tests/tests/test_deep.py",
    "logomaker/examples/matrices/one.txt",
    "setuptools-84.2.1.dist-info/METADATA",
    "setuptools/__init__.py",
    "tensorflow/include/core.h",
)


def environment(folder):
    libraries = folder / "lib" / "python3.11" / "site-packages"
    for name in (*_KEPT, *_TAKEN_OUT):
        path = libraries / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("NUMBER = 1\n")
    return libraries


def contents(libraries):
    return {
        path.relative_to(libraries).as_posix(): path.read_bytes() for path in libraries.rglob("*") if path.is_file()
    }


def trim(checkout, folder):
    subprocess.run([sys.executable, checkout / "containers" / "trim.py", folder], check=True)


def test_what_no_run_needs_goes_and_the_rest_stays(checkout, tmp_path):
    libraries = environment(tmp_path)
    trim(checkout, tmp_path)
    assert {name for name in contents(libraries) if not name.endswith(".pyc")} == set(_KEPT)


def test_what_stays_is_compiled_without_times(checkout, tmp_path):
    found = []
    for name in ("first", "second"):
        libraries = environment(tmp_path / name)
        trim(checkout, tmp_path / name)
        found.append(contents(libraries))
    compiled = [name for name in found[0] if name.endswith(".pyc")]
    assert len(compiled) == sum(name.endswith(".py") for name in _KEPT)
    for name in compiled:
        # PEP 552: a hash of the source, which is not looked at when the module is loaded.
        assert int.from_bytes(found[0][name][4:8], "little") == 0b01


def test_debugging_symbols_go(checkout, tmp_path):
    libraries = environment(tmp_path)
    source = tmp_path / "one.s"
    source.write_text(
        '.file 1 "one.c"\n.text\n.globl one\none:\n.loc 1 1\nret\n.section .debug_info\n.ascii "symbols"\n'
    )
    shared, bundled = libraries / "alpha" / "one.so", libraries / "alpha.libs" / "one.so"
    try:
        subprocess.run(["as", "-o", tmp_path / "one.o", source], check=True)
        subprocess.run(["ld", "-shared", "-o", shared, tmp_path / "one.o"], check=True)
    except FileNotFoundError:
        pytest.skip("binutils is not installed")
    bundled.write_bytes(shared.read_bytes())
    trim(checkout, tmp_path)
    assert b".debug_info" not in shared.read_bytes()
    assert b".debug_info" in bundled.read_bytes()
