"""Making and checking of training and test pictures."""
