"""Questions that take more than one run, or no run at all."""
