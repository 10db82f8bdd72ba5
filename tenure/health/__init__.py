"""What accounts' health is: scorecards, the scores they give, why these changed, and what members think themselves."""
