"""One module per noun of the API: its models and its calls.

A module's `__all__` lists the names that `fitburn_client` exports.
"""
