"""Procedural counter items, one module per family."""
