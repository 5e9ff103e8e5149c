"""Plots, tables and the self-contained report; pictures are drawn here and nowhere else."""
