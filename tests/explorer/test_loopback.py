"""An app that listens on localhost answers at [::1], too; one that listens elsewhere does not."""

import asyncio
import socket
from contextlib import suppress

import pytest

from explorer import hosting, loopback
from tests.asynchronous import finished


def has_ipv6() -> bool:
    with suppress(OSError), socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write((await reader.readline()).upper())
    await writer.drain()
    writer.close()


async def said(address: str, port: int) -> bytes:
    """What is answered to a line, until the connection ends."""
    reader, writer = await asyncio.open_connection(address, port)
    writer.write(b"hello\n")
    writer.write_eof()  # the answer comes all the same
    answer = await reader.read()
    writer.close()
    return answer


async def conversation(monkeypatch: pytest.MonkeyPatch, local: bool) -> bytes:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr(hosting, "local_port", lambda: port if local else None)
    async with server, loopback.both_doors():
        return await said("::1", port)


@needs_ipv6
def test_both_doors_lead_to_the_app(monkeypatch: pytest.MonkeyPatch) -> None:
    assert finished(conversation(monkeypatch, local=True)) == b"HELLO\n"


@needs_ipv6
def test_an_app_that_listens_elsewhere_has_one_door(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionError):
        finished(conversation(monkeypatch, local=False))


@needs_ipv6
def test_a_door_that_somebody_else_has_is_left_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    async def beside() -> bytes:
        server = await asyncio.start_server(echo, "::1", 0)
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setattr(hosting, "local_port", lambda: port)
        async with server, loopback.both_doors():
            return await said("::1", port)

    assert finished(beside()) == b"HELLO\n"


@needs_ipv6
def test_an_app_that_has_ended_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async def alone() -> bytes:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))  # nobody listens there
            port = reserved.getsockname()[1]
            monkeypatch.setattr(hosting, "local_port", lambda: port)
            async with loopback.both_doors():
                with suppress(ConnectionError):
                    return await said("::1", port)
        return b""

    assert finished(alone()) == b""


@pytest.mark.parametrize("address, port", [("localhost", 8501), ("0.0.0.0", None), ("127.0.0.1", None)])
def test_which_app_listens_for_this_machine_alone(
    address: str, port: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"server.address": address, "server.port": 8501}
    monkeypatch.setattr(hosting.st, "get_option", values.get)
    assert hosting.local_port() == port
