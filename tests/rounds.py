"""What chance decides in the tests: the same in every run of a round, so that a red test is red again.

`make test` runs the round that all machines run; `make test ROUND=WORD` another one, with other tenants, ids and
examples; `make test-nightly` a new one each time.
"""

from __future__ import annotations

import os
import uuid

from hypothesis import HealthCheck, settings

ROUND = os.environ.get("ENTRAGIT_ROUND", "")


def made_up(name: str) -> str:
    """The GUID with this name in this round; a tenant's decides all ids in it, and the order of everything."""
    return str(uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_URL, f"{ROUND}/{name}").int, version=4))


def choose_examples() -> None:
    """Let Hypothesis take the same examples in each run of the first round, new ones in others.

    How fast a machine makes them decides nothing: others may be at work on it.
    """
    slow = (HealthCheck.too_slow,)
    settings.register_profile("entragit", derandomize=not ROUND, print_blob=True, suppress_health_check=slow)
    settings.load_profile("entragit")
