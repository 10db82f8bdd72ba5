"""What Tenure claims about its speed, measured as ratios in one run: `make bench`, `make bench ONLY=intake`."""
