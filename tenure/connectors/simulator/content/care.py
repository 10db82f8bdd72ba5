"""What the demo knows of companies, and what its members noted about VIPs and locks."""

LIST = "Halyard's list (simulated)"
FUNDING: tuple[tuple[int, str], ...] = (
    (3_200_000, "Seed"),
    (18_500_000, "Series A"),
    (41_000_000, "Series B"),
    (650_000, "Pre-seed"),
    (7_400_000, "Series A"),
    (310_000, "Pre-seed"),
    (120_000, "Grant"),
)
"""What some have raised; the last two less than makes a VIP."""
BRANDS = ("Top 500 of their country", "Admired employers", "Household names")
FOLLOWERS = (820_000, 146_000, 9_300)
BOOK: dict[str, tuple[int, tuple[str, ...], str]] = {
    "ada@halyard.example": (5, ("en", "hi"), "Europe/London"),
    "jonas@halyard.example": (18, ("de", "en", "fr", "pl"), "Europe/Berlin"),
    "mei@halyard.example": (18, ("zh", "en", "ja", "ko"), "Asia/Taipei"),
    "leila@halyard.example": (18, ("ar", "he", "es", "pt", "en"), "Asia/Dubai"),
}
"""How many accounts of their own each member can look after, what they speak, and where they work."""
POOL = "Long tail"
KEPT_PERCENT = 85
ACCEPTED = 4
SAID = "Said yes on the phone, after the kick-off call."
LOCK_REASON = "A reference customer: they speak at our events."
