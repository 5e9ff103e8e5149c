"""The executables: one thin file each that parses, calls the library and writes."""

import os

from srna_tools.cli.slots import granted_cores

# Matrix libraries read their number of threads when numpy is first imported, before any option is parsed.
if _granted := granted_cores():
    for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(_variable, str(_granted))
# Threads that spin while they wait slow down the others on shared cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# The process that tidies up after the workers of an executable that was stopped need not complain about it.
os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker")
