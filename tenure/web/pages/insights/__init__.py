"""What the product's use amounts to: active use, adoption, activation, retention, funnels; every number opens."""
