"""One module per noun of the API: its models and its calls."""
