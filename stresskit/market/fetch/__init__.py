"""Market data from an exchange (extra ``data``), kept in local files that say where they come from."""
