"""A mail server that forgets everything but the Message-IDs, and can be asked about them."""

import os
import re
import socketserver
import threading
import time
from collections import Counter
from contextlib import contextmanager

from django.core.mail.backends.smtp import EmailBackend


class Conversation(socketserver.StreamRequestHandler):
    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            match line.split()[0].upper():
                case "DATA":
                    self.say("354 go on")
                    self.take()
                case "RCPT" if self.server.refuses:
                    self.say("451 not now")
                case "XSEEN":
                    self.say("250 yes" if line.split()[1] in self.server.seen else "250 no")
                case "QUIT":
                    return self.say("221 bye")
                case _:
                    self.say("250 ok")
        return None

    def take(self):
        lines = iter(self.rfile.readline, b".\r\n")
        message_id = re.search(rb"(?im)^message-id: *(\S+)", b"".join(lines))[1].decode()
        with self.server.lock:
            self.server.seen[message_id] += 1
        time.sleep(0.004)  # accepted, but not said yet: the moment that decides
        self.say("250 accepted")


class Sink(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    refuses = False

    def handle_error(self, request, client_address):
        """A client that was killed is what this server is for."""

    @property
    def port(self):
        return self.server_address[1]

    @property
    def copies(self):
        return self.seen.total() - len(self.seen)


@contextmanager
def running_sink():
    sink = Sink(("127.0.0.1", 0), Conversation)
    sink.seen, sink.lock = Counter(), threading.Lock()
    thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield sink
    finally:
        sink.shutdown()
        sink.server_close()
        thread.join()


class AnsweringBackend(EmailBackend):
    """A provider that can say whether it has a message."""

    def knows(self, message_id):
        self.open()
        return self.connection.docmd("XSEEN", message_id)[1] == b"yes"


def through(port, backend="tests.activity.sink.AnsweringBackend"):
    return {"default": {"BACKEND": backend, "OPTIONS": {"host": "127.0.0.1", "port": int(port)}}}


def from_environment():
    return through(os.environ["SINK_PORT"], os.environ["SINK_BACKEND"])
