"""The desk plane in centimetres, layouts, placing of items, rules and judging."""
