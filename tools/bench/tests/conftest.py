"""Tests of the evaluation of a run's record. The measurements are proven by running them."""
