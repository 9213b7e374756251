"""Injects faults into a separate stack and checks that no workout was lost or doubled."""
