"""The pages, one folder a subject: `views.py`, `urls.py`, and templates of the same name."""
