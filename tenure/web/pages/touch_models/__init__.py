"""Pages of touch models: the models, who has which, changes under way, locks."""
