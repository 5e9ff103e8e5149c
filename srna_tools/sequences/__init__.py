"""miRNA families from sequence: encodings, models, what is beyond them, motifs."""
