"""Arrays to numbers: probabilities, means, tails, paired comparisons, limits, verdict."""
