"""The desk database through the versions of the program. Each migration is numbered and knows no model."""
