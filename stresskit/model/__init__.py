"""Market -> fitted joint model -> tiles of returns."""
