"""Outputs of OASIS 2 and other quantifiers, tables and h5ad to AnnData; outputs that appear whole or not at all."""
