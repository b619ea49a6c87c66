"""Programs that measure; nothing here is a test, and nothing here is imported elsewhere."""
