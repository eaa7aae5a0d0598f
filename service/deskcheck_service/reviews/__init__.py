"""The review queue and the decisions of people."""
