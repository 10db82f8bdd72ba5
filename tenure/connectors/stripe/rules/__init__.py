"""What Stripe's objects mean: signatures, order, subscriptions, money, whose account; pure."""
