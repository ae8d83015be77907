"""What the strict Entra says to requests for the branding of one language."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_writing import Writer


@pytest.mark.parametrize("body", [None, [1], b"0", {}, {"id": "fr-FR"}])
def test_the_default_is_deleted_by_its_id_alone(body: Any) -> None:
    writer = Writer()
    path = f"organization/{writer.tenant.id}/branding"
    assert writer.refused("DELETE", path, body, accept_language="0")[0] == 400
    assert writer.do("GET", path, accept_language="0")["id"] == "0"
