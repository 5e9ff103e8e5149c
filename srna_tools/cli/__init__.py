"""The executables: one thin file each that parses, calls the library and writes."""

import os

# Matrix libraries read their number of threads when numpy is first imported, before any option is parsed.
_SLOTS = os.environ.get("GALAXY_SLOTS", "")
if _SLOTS.isdigit() and int(_SLOTS) > 0:
    for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(_variable, _SLOTS)
# Threads that spin while they wait slow down the others on shared cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
