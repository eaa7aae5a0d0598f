"""Signing secrets at rest."""
