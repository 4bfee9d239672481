"""Training of the models shipped below data/models, from openly licensed data and texts made in code."""
