"""What it all amounts to: metrics, each defined once, with its formula in words and the accounts behind it."""
