"""Centres, areas, windows, their views and the versions of their layouts."""
