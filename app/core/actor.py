"""Who acts: a plain value built once per request, read by permissions, services and history."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person (or the system) with everything a permission may read of her.

    ``alliances``, ``schools``, ``enterprises`` and ``stations`` hold the ids of the organisations she works for: a
    coordinator has alliances, school, enterprise and station staff have theirs. A guardian has ``guardian_id`` and no
    ``user_id``.
    """

    user_id: int | None = None
    guardian_id: int | None = None
    name: str = ""
    label: str = ""
    is_admin: bool = False
    alliances: frozenset[int] = field(default_factory=frozenset)
    schools: frozenset[int] = field(default_factory=frozenset)
    enterprises: frozenset[int] = field(default_factory=frozenset)
    stations: frozenset[int] = field(default_factory=frozenset)
    session_id: int | None = None
    address: str = ""

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None or self.guardian_id is not None

    @property
    def is_coordinator(self) -> bool:
        return bool(self.alliances)

    @property
    def is_staff(self) -> bool:
        return self.is_admin or bool(self.alliances or self.schools or self.enterprises or self.stations)

    @property
    def is_applicant(self) -> bool:
        return self.user_id is not None and not self.is_staff

    @property
    def role(self) -> str:
        """The one word kept in history: never a name, so that history survives an erasure."""
        if self.guardian_id is not None:
            return "guardian"
        if self.is_admin:
            return "admin"
        houses = (("coordinator", self.alliances), ("school", self.schools), ("enterprise", self.enterprises),
                  ("station", self.stations))
        for role, held in houses:
            if held:
                return role
        return "applicant" if self.user_id is not None else "anonymous"


ANONYMOUS = Actor()


class _System(Actor):
    @property
    def role(self) -> str:
        return "system"


SYSTEM = _System(name="系统")
