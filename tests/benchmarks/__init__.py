"""Speed, size and accuracy figures, measured as ratios in one run; see ``run.py``."""
