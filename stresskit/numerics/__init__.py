"""Random numbers, elementary functions, quantile maps, correlation repair, and the one spelling of njit."""
