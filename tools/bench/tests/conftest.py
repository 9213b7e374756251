"""Tests of what is made of a run's record; the measurements themselves are proven by running them."""
