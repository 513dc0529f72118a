"""The real worker with short leases and heartbeats, so that a killed one is missed within seconds."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

    from app import cli
    from app.core import dispatch, jobs

    jobs.LEASE = dt.timedelta(seconds=4)
    dispatch.HEARTBEAT, dispatch.STALLED = 1.0, 4.0
    dispatch.SECONDS_BETWEEN_ROUNDS = 1.0
    sys.exit(cli.main(["worker"]))
