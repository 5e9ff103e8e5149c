"""Containers are tested where they can be built, and that they cannot is said and told apart from a failure."""

from __future__ import annotations

import sys

import pytest

BUILT = "raise SystemExit(0)"


@pytest.fixture
def check_container(script, monkeypatch, tmp_path):
    """The program beside stand-ins of those in containers/, which need root and minutes."""
    module = script("check_container")
    monkeypatch.setattr(module, "CONTAINERS", tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "engine.py").write_text(
        "from types import SimpleNamespace\nfrom pathlib import Path\n"
        "def engine():\n    return SimpleNamespace(podman=Path('/engine/podman'))\n"
    )
    (tmp_path / "images.py").write_text("CANNOT = 69\ndef image(target):\n    return f'localhost/{target}'\n")
    yield module
    for name in ("engine", "images"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("build", "check", "code", "said"),
    [
        (
            "raise SystemExit(69)",
            "raise AssertionError",
            69,
            "containers cannot be tested here; the reason stands above\n",
        ),
        (BUILT, "raise SystemExit(69)", 69, "containers cannot be tested here; the reason stands above\n"),
        ("raise SystemExit(1)", "raise AssertionError", "containers/build.py failed", ""),
        (BUILT, "raise SystemExit(2)", "containers/check.py failed", ""),
    ],
)
def test_what_cannot_be_tested_is_told_apart_from_what_fails(
    check_container, tmp_path, capfd, build, check, code, said
):
    (tmp_path / "build.py").write_text(build)
    (tmp_path / "check.py").write_text(check)
    with pytest.raises(SystemExit) as ended:
        check_container.build_images()
    assert ended.value.code == code
    assert capfd.readouterr().out == said


def test_jobs_run_in_the_full_image(check_container, tmp_path):
    (tmp_path / "build.py").write_text(BUILT)
    (tmp_path / "check.py").write_text(BUILT)
    containers = check_container.build_images()
    assert (str(containers.engine), containers.image) == ("/engine/podman", "localhost/full")
