"""Who works at the desk: accounts, roles, signing in and out."""
