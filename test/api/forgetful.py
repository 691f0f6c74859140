"""An HTTP proxy that loses answers, as a network does when something dies at the wrong moment."""

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ForgetfulProxy:
    """Passes requests on to `target`; of writes with a key, the answer to each `lost_each`-th is
    thrown away and the connection closed, after the target has executed it."""

    def __init__(self, target: tuple[str, int], lost_each: int):
        self.lost = 0
        writes = iter(range(1, 1_000_000))
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def pass_on(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                connection = http.client.HTTPConnection(*target, timeout=10)
                connection.request(self.command, self.path, body or None, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
                connection.close()
                if "Idempotency-Key" in self.headers and next(writes) % lost_each == 0:
                    proxy.lost += 1
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for name, value in answer.headers.items():
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = pass_on

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
