"""The papers' experiments on real data: configurations in, sections of docs/experiments.md out."""
