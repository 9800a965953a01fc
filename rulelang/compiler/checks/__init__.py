"""The checks of names and types, one subject a file."""
