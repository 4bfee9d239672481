"""Trains the model that judges reports beside the phrase rules: `python -m pipeline.training.reports`."""
