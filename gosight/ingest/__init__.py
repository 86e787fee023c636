"""Takes events in: decodes, checks, hands them to the project's writer, and answers after the commit.

Owns no table. Writes through `gosight.events`; keeps the daily salts among control's secrets.
"""

from gosight.ingest.batch import Form, Head, Rejection, decode, decode_one, unpack
from gosight.ingest.endpoint import Ingest
from gosight.ingest.intake import Given, Intake, Sender, Taken
from gosight.ingest.salts import Salts

__all__ = [
    "Form",
    "Given",
    "Head",
    "Ingest",
    "Intake",
    "Rejection",
    "Salts",
    "Sender",
    "Taken",
    "decode",
    "decode_one",
    "unpack",
]
