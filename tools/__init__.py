"""Tools for those who build Tenure."""
