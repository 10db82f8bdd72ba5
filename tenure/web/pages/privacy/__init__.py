"""Privacy: how long data is kept, who was erased, what is exported, and what people agreed to."""
