"""Planted faults: each must turn a test red."""
