"""The evaluation laboratory: models fitted again and again on training folds, judged on what they never saw."""
