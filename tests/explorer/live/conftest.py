"""What all tests of the live routes need: a machine that knows its addresses without asking the network."""

import pytest
from streamlit import net_util

from explorer import hosting


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine's own addresses, without asking the network; no decision is remembered."""
    monkeypatch.setattr(net_util, "get_external_ip", lambda: "203.0.113.7")
    monkeypatch.setattr(net_util, "get_internal_ip", lambda: "10.9.8.7")
    hosting.is_allowed.cache_clear()
