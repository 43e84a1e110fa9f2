"""Documents: `reference.md` is built from the docstrings, the others are written by hand and run in tests."""
