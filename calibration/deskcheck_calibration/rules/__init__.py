"""The rules: pure functions of a scene, gathered in one table (``catalogue``)."""
