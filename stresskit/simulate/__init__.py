"""The engine: blocks of paths drawn tile by tile, and every account's life on them."""
