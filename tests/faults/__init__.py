"""Faults of the machine, injected: each has one defined outcome, and nothing that was finished is lost."""
