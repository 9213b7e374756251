"""Is the code fit to land: style, types, weaknesses, secrets, tests. `make lint`, `security`, `test`, `fuzz`."""
