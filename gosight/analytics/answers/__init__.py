"""The shapes in which contract 1 shows figures, sessions and visitors. What a viewer may not see is None here."""
