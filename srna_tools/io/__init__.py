"""Files in and out: outputs of OASIS 2 and other quantifiers, tables and h5ad to AnnData, and outputs that appear whole or not at all."""
