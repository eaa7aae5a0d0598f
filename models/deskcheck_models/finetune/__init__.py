"""Staged training of the whole detector with distillation of what it knew before. Needs the extra ``[train]``."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["judge", "loop", "network", "plan", "views"]
