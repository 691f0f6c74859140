"""The links between regions: a TCP proxy for each pair that dials, whose two directions can be held
back, delayed and slowed down each by itself, and whose connections can be ended or left half-open.

One thread runs an event loop on which everything here lives; the methods of Network may be called
from any other.
"""

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass, field

CHUNK_BYTES = 65_536
CHUNKS_MAX = 32  # on their way in one direction of one connection; then the sender has to wait
SLICE_S = 0.05  # of a slow link's time
CONNECT_WAIT_S = 1.0
CALL_WAIT_S = 10.0
RESET = struct.pack("ii", 1, 0)  # SO_LINGER without a linger: closing sends RST


@dataclass
class Way:
    """What happens to bytes from one region to another, whoever dialled."""

    passes: asyncio.Event = field(default_factory=asyncio.Event)
    delay_s: float = 0.0
    jitter_s: float = 0.0
    bytes_per_s: int = 0  # 0: as fast as it goes

    def __post_init__(self):
        self.passes.set()


@dataclass(eq=False)
class Connection:
    here: str  # that dialled
    there: str
    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    tasks: list[asyncio.Task] = field(default_factory=list)

    def end_of(self, region: str) -> asyncio.StreamWriter:
        return self.near if region == self.here else self.far

    def reset(self) -> None:
        for task in self.tasks:
            task.cancel()
        for end in (self.near, self.far):
            _reset(end)


class Network:
    """`targets`: where each region listens. `randomness`: of the jitter."""

    def __init__(self, targets: dict[str, tuple[str, int]], randomness):
        self._targets = targets
        self._randomness = randomness
        self._ways = {}
        self._refused: set[frozenset[str]] = set()
        self._connections: set[Connection] = set()
        self._servers: list[asyncio.Server] = []
        self.ports: dict[tuple[str, str], int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._thread.start()
        self._do(self._open)

    def stop(self) -> None:
        self._do(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_WAIT_S)
        self._loop.close()

    # Each fault has its own undoing; both may be called in any order with those of other links.

    def cut(self, here: str, there: str) -> None:
        """Connections end, new ones are refused."""
        async def change():
            self._refused.add(frozenset((here, there)))
            self._reset_between(here, there)
        self._do(change)

    def mend(self, here: str, there: str) -> None:
        async def change():
            self._refused.discard(frozenset((here, there)))
        self._do(change)

    def hold(self, here: str, there: str) -> None:
        """Nothing that `here` sends arrives there, and nobody is told."""
        async def change():
            self._ways[here, there].passes.clear()
        self._do(change)

    def let_go(self, here: str, there: str, *, reset: bool) -> None:
        """What was held back arrives late, or, with `reset`, the connections end."""
        async def change():
            if reset:
                self._reset_between(here, there)
            self._ways[here, there].passes.set()
        self._do(change)

    def half_open(self, here: str, there: str) -> list[Connection]:
        """`there` loses its connections; `here` is not told, and goes on waiting for answers on
        its own. New ones pass."""
        async def change():
            found = self._between(here, there)
            for connection in found:
                for task in connection.tasks:
                    task.cancel()
                _reset(connection.end_of(there))
            return found
        return self._do(change)

    def end(self, connections: list[Connection]) -> None:
        """Whoever still waited on one is told at last."""
        async def change():
            for connection in connections:
                connection.reset()
                self._connections.discard(connection)
        self._do(change)

    def shape(self, here: str, there: str, *, delay_s: float = 0.0, jitter_s: float = 0.0,
              bytes_per_s: int = 0) -> None:
        """Both ways; without arguments, as if nothing were between them."""
        async def change():
            for way in (self._ways[here, there], self._ways[there, here]):
                way.delay_s, way.jitter_s, way.bytes_per_s = delay_s, jitter_s, bytes_per_s
        self._do(change)

    def _do(self, change):
        return asyncio.run_coroutine_threadsafe(change(), self._loop).result(CALL_WAIT_S)

    async def _open(self) -> None:
        for here in self._targets:
            for there in self._targets:
                if here != there:
                    self._ways[here, there] = Way()
                    await self._listen(here, there)

    async def _listen(self, here: str, there: str) -> None:
        async def accept(reader, writer):
            await self._accept(here, there, reader, writer)
        server = await asyncio.start_server(accept, "127.0.0.1", 0, limit=CHUNK_BYTES)
        self.ports[here, there] = server.sockets[0].getsockname()[1]
        self._servers.append(server)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for connection in self._connections:
            connection.reset()
        waiting = asyncio.all_tasks() - {asyncio.current_task()}
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    async def _accept(self, here: str, there: str, reader, writer) -> None:
        try:
            # The packets of a handshake are lost like any others.
            for way in ((here, there), (there, here)):
                await self._ways[way].passes.wait()
            if frozenset((here, there)) in self._refused:
                raise ConnectionRefusedError
            far_reader, far = await asyncio.wait_for(
                asyncio.open_connection(*self._targets[there], limit=CHUNK_BYTES), CONNECT_WAIT_S)
        except (OSError, TimeoutError, asyncio.CancelledError):
            _reset(writer)
            return
        connection = Connection(here, there, writer, far)
        self._connections.add(connection)
        for source, sink, way in ((reader, far, (here, there)), (far_reader, writer, (there, here))):
            queue = asyncio.Queue(CHUNKS_MAX)
            for part in (self._take(source, queue, self._ways[way]),
                         self._give(queue, sink, self._ways[way])):
                connection.tasks.append(asyncio.create_task(part))
        ended = await asyncio.gather(*connection.tasks, return_exceptions=True)
        # A half-open one stays, with nobody at work on it, until the fault is over.
        if not any(isinstance(one, asyncio.CancelledError) for one in ended):
            self._connections.discard(connection)
            connection.reset()

    async def _take(self, source, queue: asyncio.Queue, way: Way) -> None:
        data, due = b"-", 0.0
        while data:
            try:
                data = await source.read(CHUNK_BYTES)
            except OSError:
                data = b""  # reset: for the other side it ends
            lag = way.delay_s + way.jitter_s * self._randomness.random()
            # TCP keeps the order, whatever the packets do.
            due = max(due, self._loop.time() + lag)
            await queue.put((due, data))

    async def _give(self, queue: asyncio.Queue, sink, way: Way) -> None:
        try:
            while True:
                due, data = await queue.get()
                if (left := due - self._loop.time()) > 0:
                    await asyncio.sleep(left)
                await way.passes.wait()
                if not data:
                    break
                await self._send(data, sink, way)
        except OSError:
            pass  # nobody there takes it any more
        sink.close()  # not when cancelled: a half-open end stays

    async def _send(self, data: bytes, sink, way: Way) -> None:
        while data:
            size = len(data)
            if way.bytes_per_s:
                size = min(size, max(1, int(way.bytes_per_s * SLICE_S)))
                await asyncio.sleep(size / way.bytes_per_s)
                await way.passes.wait()
            sink.write(data[:size])
            await sink.drain()
            data = data[size:]

    def _between(self, here: str, there: str) -> list[Connection]:
        return [c for c in self._connections if {c.here, c.there} == {here, there}]

    def _reset_between(self, here: str, there: str) -> None:
        for connection in self._between(here, there):
            connection.reset()
            self._connections.discard(connection)


def _reset(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    if end is not None and end.fileno() >= 0:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()
