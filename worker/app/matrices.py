"""Types of a model's input and output."""

from collections.abc import Callable
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
"""A row for each workout; for results, one value for each."""

Function = Callable[[Matrix], Matrix]
