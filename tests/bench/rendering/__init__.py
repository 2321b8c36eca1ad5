"""The pieces of `tests.bench.render`."""
