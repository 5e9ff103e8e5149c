"""numba, which keeps compiled functions in a folder that can be written.

Importing this module imports numba, so it is imported where it is needed; no other module imports numba itself.
"""

from srna_tools.writable_caches import use_writable_caches

use_writable_caches()

import numba  # noqa: E402 - numba reads where its cache is when it is imported
import numba.extending  # noqa: E402

__all__ = ["numba"]
