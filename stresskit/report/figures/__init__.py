"""One figure a file: a pure function from prepared data to a matplotlib figure."""
