"""Counter scenes in three dimensions with exact truth."""
