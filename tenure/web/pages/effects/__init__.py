"""What touches did to retention."""
