"""The demonstration hall: its file, how it is installed, what its photos should show."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["build", "hall_file", "install", "scoring"]
