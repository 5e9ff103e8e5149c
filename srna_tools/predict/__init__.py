"""Predictions: probabilities, when to refuse, and how both are written down."""
