"""Schema migrations, one file a step; the first one makes the first tables."""
