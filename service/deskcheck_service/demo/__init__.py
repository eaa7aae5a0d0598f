"""The demonstration hall: its file, how it is installed, what its photos should show."""
