"""Market data: price files with their checks, and snapshots of calibrated parameters."""
