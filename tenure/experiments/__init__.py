"""What our touches do: accounts held out by lot, and how the others fared against them."""
