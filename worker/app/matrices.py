"""What goes into a model and comes out of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]
"""A row for each workout; for results, a value for each."""

Function = Callable[[Matrix], Matrix]
