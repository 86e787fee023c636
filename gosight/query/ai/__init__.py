"""Questions in words, answered from the project's own data: by a model that writes SQL where one is configured, else by
the catalogue of questions that the product understands itself.

Whoever writes it, SQL goes through the same gate as everybody's. Owns nothing on the disk; reads, for a model, what the
project's events are called (`facts`), and keeps plans and answers in memory for a while (`cache`).
"""

from gosight.query.ai.ask import Answer, Asking

__all__ = ["Answer", "Asking"]
