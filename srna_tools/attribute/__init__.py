"""Which features speak for which class: DeepLIFT contributions, class rankings, stability."""
