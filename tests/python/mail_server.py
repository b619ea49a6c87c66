"""A mail server and a web server on this machine, for one test: they keep what they are sent."""

import http.server
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Server:
    """What a server was sent. answers: status codes to give, the last one from then on."""

    answers: list[int]
    port: int = 0
    received: list = field(default_factory=list)
    tries: int = 0

    def answer(self) -> int:
        self.tries += 1
        return self.answers[min(self.tries, len(self.answers)) - 1]


@contextmanager
def web_server(*answers: int) -> Iterator[Server]:
    """Takes POSTs of JSON; received holds (path, body) of those answered with 2xx."""
    server = Server(list(answers) or [200])

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            code = server.answer()
            if code < 300:
                server.received.append((self.path, body))
            self.send_response(code)
            if code in (301, 302):
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with _running(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler), server):
        yield server


@contextmanager
def mail_server(*answers: int, certificate: str | None = None) -> Iterator[Server]:
    """Takes mail (SMTP over TLS with a certificate); received holds every line it was sent.

    answers: what MAIL FROM is answered with.
    """
    server = Server(list(answers) or [250])

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            if certificate is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(certificate)
                self.request = context.wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self) -> None:
            self.say("220 here")
            while line := self.rfile.readline().decode().rstrip("\r\n"):
                verb = line.split()[0].upper()
                server.received.append(line)
                if verb == "EHLO":
                    self.say("250-here")
                    self.say("250 AUTH PLAIN")
                elif verb == "AUTH":
                    self.say("235 yes")
                elif verb == "MAIL":
                    self.say(f"{server.answer()} so")
                elif verb == "DATA":
                    self.say("354 go on")
                    while (text := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                        server.received.append(text)
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 fine")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler), server):
        yield server


@contextmanager
def _running(tcp: socketserver.TCPServer, server: Server) -> Iterator[None]:
    tcp.daemon_threads = True
    server.port = tcp.server_address[1]
    thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        tcp.shutdown()
        thread.join()
        tcp.server_close()
