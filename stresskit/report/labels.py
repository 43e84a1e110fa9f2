"""Words that must read the same wherever they stand."""

HYPOTHETICAL = " (hypothetical)"
