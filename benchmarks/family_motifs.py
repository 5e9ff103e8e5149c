"""What the filters of the one-hot network see in miRNA families, and where that lies in the mature miRNAs.

    python benchmarks/family_motifs.py --document docs/families.md --picture docs/images/family_motifs_RF00247.png

Tang & Sun 2019 show (figure 9) that frequently activated filters see parts of the mature miRNA of RF00247 (mir-160),
and say that other families do the same. Here the network is trained on families of Rfam, and mature miRNAs are those of
miRBase, found in the precursors with at most one mismatch. The windows of the filters are compared with them, with what
windows anywhere would give, and with the most frequent word of the family, found without any network. MEME, which the
paper compares with, is not needed: ``--meme`` writes a file that its programs read.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from laboratory.document import mark_in_short, with_section
from laboratory.markdown import number, table_of
from public_data import public_data

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
FAMILY = "RF00247"
WORD = 8
TITLE = "Motifs: what the filters of the network see"
SECTION = "99_family_motifs"
MAX_LENGTH = 200
_INSIDE = "Bases of it"


def read_families(folder: Path, least: int, most: int, seed: int) -> Any:
    """Families of enough sequences, at most so many of each."""
    from srna_tools.io.family_files import read_family_files
    from srna_tools.sequences.selection import at_most, with_at_least

    read = read_family_files([folder], max_length=MAX_LENGTH)
    return at_most(with_at_least(read.families, least)[0], most, seed)


def most_frequent_word(sequences: Sequence[str], others: Sequence[str]) -> tuple[str, float, list[int]]:
    """Word that most more of the family's sequences have than of the others, its share, and its first places."""
    inside, outside = (
        Counter(word for one in some for word in {one[i : i + WORD] for i in range(len(one) - WORD + 1)})
        for some in (sequences, others)
    )
    word = max(
        sorted(inside), key=lambda one: inside[one] / len(sequences) - outside[one] / max(len(others), 1)
    )  # of equally good ones the first by the alphabet
    return word, inside[word] / len(sequences), [one.find(word) for one in sequences]


def overlap_with_word(motif: Any, places: Sequence[int]) -> float:
    """Share of the sequences with both the word and a window of the motif in which the two overlap."""
    pairs = [(start, places[row]) for row, start in zip(motif.sequences, motif.starts, strict=True) if places[row] >= 0]
    shared = [min(start + motif.width, place + WORD) > max(start, place) for start, place in pairs]
    return float(np.mean(shared)) if shared else float("nan")


def motif_rows(one: Any, places: Sequence[int]) -> list[dict[str, str]]:
    """Rows of the table of the family of the paper's figure."""
    from srna_tools.sequences.motifs_output import motif_table

    rows = []
    for row, motif in zip(motif_table([one]).to_dict("records"), one.motifs, strict=True):
        end = row["mature_start"] + row["width"] - 1
        inside = "-" if np.isnan(end) else f"{row['mature_start']:.0f} to {end:.0f} of {row['mature']}"
        rows.append(
            {
                "Width": str(row["width"]),
                "Consensus": f"`{row['consensus']}`",
                "Sequences": f"{row['sequences']} of {len(one.sequences)}",
                "Bits": f"{row['information']:.1f}",
                "Filters alike": str(row["alike"]),
                "First base (quartiles)": f"{row['start']:.0f} ({row['start_q1']:.0f} to {row['start_q3']:.0f})",
                "In the mature miRNA": number(row["mature_share"]),
                "By chance": number(row["mature_chance"]),
                _INSIDE: inside,
                f"Overlaps the most frequent {WORD}-mer": number(overlap_with_word(motif, places)),
            }
        )
    return rows


def over_families(found: Sequence[Any], least: int) -> pd.DataFrame:
    """Overlap of the first motif and of all motifs with mature miRNAs, a row a family where these are known."""
    from srna_tools.sequences.motifs_output import motif_table

    table = motif_table(found)
    known = table[table["mature_sequences"] >= least]
    first = known[known["motif"] == 1].set_index("family")
    means = known.groupby("family")[["mature_share", "mature_chance"]].mean()
    return means.assign(first=first["mature_share"]).dropna()


def section(found: dict[str, Any], facts: dict[str, Any]) -> str:
    """Text of the section of the document."""
    one, overlap = found[FAMILY], facts["overlap"]
    others = [item for name, item in facts["sequences"].items() if name != FAMILY]
    word, share, places = most_frequent_word(one.sequences, [text for group in others for text in group])
    rows = motif_rows(one, places)
    better = int((overlap["mature_share"] > overlap["mature_chance"]).sum())
    first, chance = 100 * overlap["first"].mean(), 100 * overlap["mature_chance"].mean()
    short = (
        f"{first:.0f} % of the bases of the first motif's windows lie in mature miRNAs, where chance gives "
        f"{chance:.0f} %; of {FAMILY} it sees bases {rows[0][_INSIDE]}"
    )
    return (
        f"## {TITLE}\n\n{mark_in_short(TITLE, short)}\n"
        f"The paper's figure 9 with the network of this project: trained on {facts['families']} families of Rfam "
        f"({facts['training']:,} sequences, {facts['least']} or more a family, at most {facts['most']} taken; "
        f"{facts['epochs']} epochs), and the filters that {FAMILY} (mir-160) activates most, each where no filter "
        f"before it has its own window. Mature miRNAs are those of miRBase 18, found in the precursors with at most "
        f"one mismatch.\n\n{table_of(rows)}\n"
        f"The {WORD}-mer that most more sequences of {FAMILY} have than of the other families is `{word}` "
        f"({100 * share:.0f} % of them).\n\n"
        f"![Logos of the motifs of {FAMILY}]({facts['picture']})\n\n"
        f"Over the {len(overlap)} families with mature miRNAs in {facts['known']} sequences or more, "
        f"{100 * overlap['mature_share'].mean():.1f} % of the bases of the windows lie in mature miRNAs (of the first "
        f"motif {first:.1f} %), where windows anywhere would have {chance:.1f} %; it is more than by "
        f"chance in {better} of them. The paper reports the observation without a number. miRBase lists one arm of "
        f"many precursors only, so that windows in the other arm count as outside.\n\n"
        f"Made by `python benchmarks/family_motifs.py`; training and motifs took {facts['seconds']:.0f} s.\n"
    )


def main() -> None:
    """Train, find the motifs of every family, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--least", type=int, default=300, help="sequences of a family (default: 300, the paper's)")
    parser.add_argument("--most", type=int, default=60, help="sequences of a family that are taken (default: 60)")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--known", type=int, default=10, help="sequences with mature miRNAs of a family that counts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--document", type=Path, help="Markdown file that gets the section")
    parser.add_argument("--picture", type=Path, help="PNG of the logos")
    parser.add_argument("--meme", type=Path, help="motifs of the family in MEME's format")
    options = parser.parse_args()

    from srna_tools.io.fasta import read_fasta
    from srna_tools.io.output import write_text
    from srna_tools.report.family_motifs import draw_motifs
    from srna_tools.sequences.family_bundle import FamilyBundle
    from srna_tools.sequences.motifs_families import motifs_of_families
    from srna_tools.sequences.motifs_mature import MatureIndex
    from srna_tools.sequences.motifs_output import meme_text
    from srna_tools.sequences.registry import FAMILY_MODELS

    started, data = time.perf_counter(), public_data()
    families = read_families(data / "rfam_mirna", options.least, options.most, options.seed)
    kind = FAMILY_MODELS["cnn"]
    trained = kind.train(families, kind.settings(epochs=options.epochs), options.seed, options.threads)
    sequences = {name: families.of(place) for place, name in enumerate(families.names)}
    matures = read_fasta(data / "mirbase_v18" / "mature.fa.gz")
    index = MatureIndex((record.name, record.sequence) for record in matures)
    bundle = FamilyBundle("cnn", families.names, trained.model)
    found = {one.family: one for one in motifs_of_families(bundle, sequences, most=5, mature=index)}
    facts = {
        "families": len(families.names), "training": len(families.sequences), "least": options.least,
        "most": options.most, "epochs": options.epochs, "known": options.known, "sequences": sequences,
        "overlap": over_families(list(found.values()), options.known), "seconds": time.perf_counter() - started,
        "picture": f"images/{options.picture.name}" if options.picture else "images/none.png",
    }  # fmt: skip
    text = section(found, facts)
    print(text)
    print(facts["overlap"].round(3).to_string())
    if options.picture:
        draw_motifs(found[FAMILY], options.picture)
    if options.meme:
        write_text(meme_text([found[FAMILY]]), options.meme)
    if options.document:
        before = options.document.read_text(encoding="utf-8") if options.document.exists() else ""
        write_text(with_section(before or "# miRNA families from sequence\n", SECTION, text), options.document)


if __name__ == "__main__":
    main()
