"""The parts of the scenario grid: parameters, cells, one file a contingency, and how they add up."""
