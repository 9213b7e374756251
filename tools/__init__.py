"""What checks, shows, measures and breaks the product, and is not part of it."""
