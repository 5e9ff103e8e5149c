"""Which features speak for which class: votes by several engines, class rankings, stability."""
