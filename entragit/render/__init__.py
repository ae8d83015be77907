"""What people and machines read: a drift report as terminal text, Markdown and JSON, every name made harmless."""
