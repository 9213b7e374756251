"""Measurements of a running stack, of the marts and of points."""
