"""What is wrong with a bundle: every fault with its file, line and reason, never only the first."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault. `line` counts from 1 and includes the header row; 0 stands for the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class BundleFaults(ValueError):
    """Raised when a bundle is refused. `faults` lists everything that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Cancelled(Exception):
    """Raised inside a solve when the caller's `cancelled()` has become true."""
