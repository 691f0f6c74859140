"""Small regions behind a real edge: they keep the heads that arrive, and answer as they are told."""

import http.server
import ssl
import subprocess
import threading
import time
from contextlib import ExitStack, contextmanager

from ops.door import ask_tcp


class RecordingRegion:
    """`answers` holds a status for each method, or "hang", and `health` what checks get; 200 unless
    told. With `is_hung` all hang, checks too."""

    def __init__(self, name: str):
        self.name = name
        self.answers: dict[str, int | str] = {}
        self.heads: list[tuple[str, str, list[tuple[str, str]]]] = []  # (method, path, fields)
        self.health = 200
        self.is_hung = False
        self.let_go = threading.Event()

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.heads]

    def fields(self) -> dict[str, str]:
        """Of the last request, by lower-case name."""
        return {name.lower(): value for name, value in self.heads[-1][2]}


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_any(self):
        region = self.server.region
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        answer = region.health
        if self.path != "/healthz/ready":
            region.heads.append((self.command, self.path, self.headers.items()))
            answer = region.answers.get(self.command, 200)
        if answer == "hang" or region.is_hung:
            region.let_go.wait()
            answer = 200
        body = region.name.encode()
        self.send_response(answer)
        self.send_header("Perpetua-Region", region.name)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, *_):
        pass


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request, client_address):
        pass  # the edge hangs up when it has waited long enough


@contextmanager
def _serve(shop, region):
    """At its port for edges, and for health checks at its plain one."""
    tls = shop.region_folder(region.name) / "tls"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "region.pem", tls / "region.key")
    context.load_verify_locations(tls / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    recording = RecordingRegion(region.name)
    with ExitStack() as stack:
        for port in (region.edge_tls_port, region.http_port):
            server = stack.enter_context(_Server((region.address, port), _Handler))
            server.region = recording
            if port == region.edge_tls_port:
                server.socket = context.wrap_socket(server.socket, server_side=True,
                                                    do_handshake_on_connect=False)
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        stack.callback(recording.let_go.set)
        yield recording


@contextmanager
def behind_an_edge(shop):
    """The shop's first edge, as it is generated, in front of recording regions; its process too."""
    edge = shop.topology.edges[0]
    with ExitStack() as stack:
        regions = [stack.enter_context(_serve(shop, region)) for region in shop.regions]
        process = subprocess.Popen(
            ["/usr/sbin/haproxy", "-db", "-f", str(shop.edge_folder(edge.name) / "haproxy.cfg")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 10
            while ask_tcp(f"http://{edge.address}:{edge.http_port}/api/truth") != 200:
                assert time.monotonic() < deadline and process.poll() is None
                time.sleep(0.01)
            for region in regions:
                region.heads.clear()
            yield process, regions
        finally:
            process.kill()
            process.wait()
