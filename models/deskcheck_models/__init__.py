"""Training, export, verification and evaluation of the detector."""
