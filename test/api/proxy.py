"""A TCP proxy that a test can cut and mend: the link between two regions."""

import asyncio
import threading

CHUNK = 64 * 1024


class Link:
    """Forwards connections from a port of its own to `target`. Cutting resets what is open and
    refuses what is new, until mended. Runs an event loop in a thread; stop() ends both."""

    def __init__(self, target: tuple[str, int]):
        self._target = target
        self._writers: set[asyncio.StreamWriter] = set()
        self._up = True
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        self._run(self._set_up(False))

    def mend(self) -> None:
        self._run(self._set_up(True))

    def stop(self) -> None:
        self._run(self._set_up(False))
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    def _run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=5)

    async def _listen(self):
        return await asyncio.start_server(self._forward, "127.0.0.1", 0)

    async def _close(self):
        self._server.close()
        await self._server.wait_closed()

    async def _set_up(self, up: bool):
        self._up = up
        if not up:
            for writer in list(self._writers):
                writer.transport.abort()

    async def _forward(self, reader, writer):
        self._writers.add(writer)
        try:
            if not self._up:
                return
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            self._writers.add(far_writer)
            try:
                await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
            finally:
                self._writers.discard(far_writer)
                far_writer.transport.abort()
        except OSError:
            pass  # the target is down: the caller sees its connection closed, as it would directly
        finally:
            self._writers.discard(writer)
            writer.transport.abort()

    async def _pump(self, reader, writer):
        while chunk := await reader.read(CHUNK):
            if not self._up:
                break
            writer.write(chunk)
            await writer.drain()
        writer.close()
