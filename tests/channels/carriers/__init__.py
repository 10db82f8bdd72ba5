"""How each channel's real carrier is started and told how to behave in the contract test."""
