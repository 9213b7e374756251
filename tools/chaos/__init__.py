"""Breaks a stack of its own in every way that a night can bring, and looks whether a workout was lost or doubled."""
