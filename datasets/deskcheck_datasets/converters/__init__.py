"""Annotation formats, one adapter module each."""
