"""The pieces of `tests.bench.upload`."""
