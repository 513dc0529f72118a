"""What time itself does to placements: silence until the deadline gives the seat up."""

from app.core.dispatch import chore
from app.placements.answers import lapse_overdue


@chore
def lapse_placements() -> int:
    """Every worker asks every few seconds; doing it twice does no harm."""
    return lapse_overdue()
