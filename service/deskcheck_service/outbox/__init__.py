"""What outside systems are told: events written with what they tell, and signed messages that carry them."""

# Modules that other folders import; the others are this folder's own.
__all__ = ["addresses", "delivering", "events", "reconciling", "routes", "schemas", "targets"]
