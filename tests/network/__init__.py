"""Tests against real processes. A package, so that the nine nodes end with the last test that needs them."""
