"""Staged training of the whole detector with distillation of what it knew before. Needs the extra ``[train]``."""
