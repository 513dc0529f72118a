"""How far it is from home, roughly: the straight line between the middles of two districts, to the nearest 5 km.

People are asked for a district only, so nothing finer could be honest; pages say 约 and how it is counted. The places
are those of the district governments or development zone offices to about a kilometre, which rounding swallows.
"""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import ColumnElement, case

from app.core.labels import DISTRICTS, label

# District → latitude and longitude in degrees.
_MIDDLES = {
    "371002": (37.50, 122.12),
    "371003": (37.19, 122.06),
    "371082": (37.17, 122.49),
    "371083": (36.92, 121.54),
    "371071": (37.53, 122.05),
    "371072": (37.44, 122.17),
    "371073": (37.29, 122.07),
}
HOMES = {code: DISTRICTS[code] for code in _MIDDLES}
EARTH_KM, STEP_KM = 6371, 5
# A place that is not in the list may be anywhere: it counts as farther than any limit and stands last.
UNKNOWN_KM = 999


def km(home: str, place: str) -> int:
    """Kilometres between two districts in steps of five; 0 within one, ``UNKNOWN_KM`` where one is not in the list."""
    if home not in _MIDDLES or place not in _MIDDLES:
        return UNKNOWN_KM
    if home == place:
        return 0
    (north, east), (other_north, other_east) = _MIDDLES[home], _MIDDLES[place]
    high = math.radians(north - other_north)
    wide = math.radians(east - other_east) * math.cos(math.radians((north + other_north) / 2))
    return max(STEP_KM, round(EARTH_KM * math.hypot(high, wide) / STEP_KM) * STEP_KM)


def km_from(home: str, column: Any) -> ColumnElement[int]:
    """The same in SQL, for a column that holds a district."""
    return case(*((column == place, km(home, place)) for place in _MIDDLES), else_=UNKNOWN_KM)


def far_text(home: str, place: str) -> str:
    """约35公里; 就在文登区; 算不出 where the place is not one district."""
    away = km(home, place)
    if away == UNKNOWN_KM:
        return "算不出"
    return f"约{away}公里" if away else f"就在{label(DISTRICTS, place)}"
