"""The other door to this machine: an app that listens on localhost answers at http://[::1], too."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from explorer import hosting

CHUNK = 65_536  # bytes


@asynccontextmanager
async def both_doors() -> AsyncIterator[None]:
    """Passes on what comes to [::1], while the app listens on 127.0.0.1 alone, as Streamlit has it.

    Elsewhere, and on a machine without IPv6 or with somebody else at that door, nothing is done.
    """
    server = None
    port = hosting.local_port()
    if port:
        with suppress(OSError):
            server = await asyncio.start_server(passing_on(port), "::1", port)
    try:
        yield
    finally:
        if server:
            server.close()


def passing_on(port: int) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """How a connection is served: by one of its own to 127.0.0.1."""
    serving: set[Any] = set()  # asyncio itself holds its tasks weakly: one would be lost with its connection

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        serving.add(task)
        try:
            await pass_on(reader, writer)
        finally:
            serving.discard(task)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # the app ends
            writer.close()
            return
        try:
            await asyncio.gather(pipe(reader, inner_writer), pipe(inner_reader, writer))
        finally:
            inner_writer.close()
            writer.close()

    return serve


async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on what is read, and the end of it; whoever reads no more ends both directions."""
    try:
        while part := await reader.read(CHUNK):
            writer.write(part)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.close()
