"""How many cores Galaxy grants a job; without any import, since it is asked before the matrix libraries load."""

import os

_VARIABLE = "GALAXY_SLOTS"


def usable_cores() -> int:
    """Cores that this process may use at all."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def granted_cores() -> int:
    """What GALAXY_SLOTS says, but no more than there are; 0 where it says nothing that makes sense."""
    text = os.environ.get(_VARIABLE, "").strip()
    return min(int(text), usable_cores()) if text.isascii() and text.isdigit() else 0


def complaint() -> str:
    """Say what is wrong with GALAXY_SLOTS, if it is set to no number of cores."""
    text = os.environ.get(_VARIABLE, "").strip()
    if not text or granted_cores():
        return ""
    return f"{_VARIABLE} is '{text}', which is no number of cores: all {usable_cores()} that may be used are taken"
