"""Judging models: how samples are split, and what predictions of unseen samples are worth."""
