"""Which bends of a lens can be undone; apart from ``lens``, so that a schema can say so without loading OpenCV."""

from __future__ import annotations

# The polynomial turns back inside the picture from -4/27 on; close to that a px at its corner is stretched to many.
SMALLEST_BEND, LARGEST_BEND = -0.14, 0.3
