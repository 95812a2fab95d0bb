"""A mail server on loopback that keeps what it gets: enough of SMTP (RFC 5321) for Django's own client."""

import contextlib
import email
import email.policy
import socketserver
import threading


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self._say("220 loopback")
        recipients = []
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            if verb in (b"EHLO", b"HELO"):
                self._say("250 loopback")
            elif verb == b"RCPT":
                recipients.append(line.decode().partition("<")[2].partition(">")[0])
                self._say("250 OK")
            elif verb == b"DATA":
                self._say("354 go on")
                self.server.keep(recipients, self._read_data())
                recipients = []
                self._say("250 OK")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 OK")

    def _read_data(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text):
        self.wfile.write(text.encode() + b"\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    """`received` holds (recipients, message) of each mail; `arrived` is notified of each."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.received, self.arrived = [], threading.Condition()

    @property
    def port(self):
        return self.server_address[1]

    def keep(self, recipients, data):
        with self.arrived:
            message = email.message_from_bytes(data, policy=email.policy.default)
            self.received.append((recipients, message))
            self.arrived.notify_all()

    def wait_for(self, number, seconds=60):
        """Wait until `number` mails have arrived; return all (recipients, message)."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.received) >= number, seconds)
            return list(self.received)


@contextlib.contextmanager
def mail_server():
    """Run a MailServer in a thread."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
