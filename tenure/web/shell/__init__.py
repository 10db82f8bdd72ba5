"""The frame around every page: navigation, command palette, notes of what happened, headers, number and date formats."""
