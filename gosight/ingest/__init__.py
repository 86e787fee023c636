"""Takes events in: decodes, checks, hands them to the project's writer, and answers after the commit.

Owns no table. Writes through `gosight.events`; keeps the daily salts among control's secrets.
"""

from gosight.ingest.endpoint import Ingest
from gosight.ingest.intake import Intake, Sender
from gosight.ingest.salts import Salts

__all__ = ["Ingest", "Intake", "Salts", "Sender"]
