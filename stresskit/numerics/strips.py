"""Strips of a block: so few paths that what is asked of them in turn finds them in the first cache."""

STRIP = 512
