"""The nine desks of the 2011 project as a real network on one machine, with invented sample data."""
