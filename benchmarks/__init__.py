"""Benchmarks: ratios measured in one interleaved run, never timed tests."""
