"""Questions that are understood without a model: the contract's own, and their variations in time, page, event, number.

A question is understood whole or not at all: a word that no pattern accounts for means that something else was asked,
and nobody gets the answer to a question that they did not ask.
"""

from gosight.query.ai.catalogue.model import Understood
from gosight.query.ai.catalogue.patterns import understand

__all__ = ["Understood", "understand"]
