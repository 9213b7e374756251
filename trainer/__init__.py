"""Makes and judges what is in `models/`.

One thread only, set before numpy is first imported: sums in a fixed order give the same bytes on every run.
"""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
