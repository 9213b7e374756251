"""Trains and evaluates the model in `models/`.

Single-threaded, which must be set before numpy is first imported: with sums in a fixed order, every run produces the
same bytes.
"""

import os

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
