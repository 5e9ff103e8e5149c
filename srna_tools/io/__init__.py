"""Files in and out: OASIS 2 archives, tables and h5ad to AnnData, and outputs that appear whole or not at all."""
