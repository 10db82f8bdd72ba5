"""The frame around every page: menu, command palette, notes of what happened, headers, formats."""
