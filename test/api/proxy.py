"""A TCP proxy between two regions that can be cut, closed or silent, without privileges."""

import select
import socket
import threading


class Proxy:
    """Listens at 127.0.0.1:`port` and passes bytes on to `target` while it is not cut."""

    def __init__(self, target: tuple[str, int]):
        self._target = target
        self._cut: str | None = None
        self._lock = threading.Lock()
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = False
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut(self, how: str) -> None:
        """`closed`: connections end and new ones are closed at once. `silent`: nothing arrives any
        more, and nobody is told."""
        assert how in ("closed", "silent")
        with self._lock:
            self._cut = how
            if how == "closed":
                self._close_all()

    def heal(self) -> None:
        """Connections that were silent have lost bytes: they end, new ones pass."""
        with self._lock:
            if self._cut == "silent":
                self._close_all()
            self._cut = None

    def stop(self) -> None:
        self._stopped = True
        with self._lock:
            self._close_all()
        self._thread.join()
        self._listener.close()

    def _close_all(self) -> None:
        for pair in self._pairs:
            for end in pair:
                end.close()
        self._pairs.clear()

    def _serve(self) -> None:
        while not self._stopped:
            with self._lock:
                ends = {end: pair for pair in self._pairs for end in pair}
            try:
                readable, _, _ = select.select([self._listener, *ends], [], [], 0.05)
            except (OSError, ValueError):
                continue  # one was closed meanwhile
            for ready in readable:
                if ready is self._listener:
                    self._accept()
                else:
                    self._pass_on(ready, ends[ready])

    def _accept(self) -> None:
        near, _ = self._listener.accept()
        with self._lock:
            if self._cut == "closed":
                near.close()
                return
            try:
                far = socket.create_connection(self._target, timeout=1)
            except OSError:
                near.close()
                return
            self._pairs.add((near, far))

    def _pass_on(self, source: socket.socket, pair) -> None:
        with self._lock:
            if pair not in self._pairs:
                return
            try:
                data = source.recv(65536)
                if data and self._cut == "silent":
                    return
                target = pair[1] if source is pair[0] else pair[0]
                if data:
                    target.sendall(data)
            except OSError:
                data = b""
            if not data:
                self._pairs.discard(pair)
                for end in pair:
                    end.close()
