"""The catalogues. Italian has none: it is what the code says."""
