"""A mail server on this machine, for tests: keeps what it takes, refuses when told."""

import socketserver
import threading
from email import message_from_bytes, policy


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self):
        self.say("220 test")
        for line in iter(self.rfile.readline, b""):
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self.say("221 bye")
                return
            if verb == b"DATA":
                self.take()
            elif verb == b"EHLO":
                self.say("250-test\r\n250 AUTH PLAIN")
            elif verb == b"AUTH":
                self.server.entered.append(line.split()[-1])
                self.say("235 ok")
            else:
                refused = verb == b"RCPT" and self.server.refuse_recipient
                self.say(self.server.refuse_recipient if refused else "250 ok")

    def take(self):
        self.say("354 go on")
        lines = [
            line.removeprefix(b".") if line.startswith(b"..") else line
            for line in iter(self.rfile.readline, b".\r\n")
        ]
        if self.server.refuse:
            self.say(self.server.refuse)
            return
        taken = message_from_bytes(b"".join(lines), policy=policy.default)
        self.server.letters.append(taken)
        if self.server.after_taking:
            self.server.after_taking()
        self.say("250 taken")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


class SmtpServer(socketserver.ThreadingTCPServer):
    """``letters``: what it has taken; ``refuse``: what it answers instead of taking."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.letters, self.entered = [], []
        self.refuse = self.refuse_recipient = ""
        self.after_taking = None

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *failed):
        self.shutdown()
        self.server_close()

    @property
    def port(self):
        return self.server_address[1]
