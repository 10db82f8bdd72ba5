"""Customer success and support for SaaS companies: watch, decide, touch, and prove what the touch did."""

__version__ = "0.1.0"
