# SPDX-License-Identifier: Apache-2.0
"""A small SMTP server that keeps what it is sent: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA. Standard library only."""
import base64
import pathlib
import socket
import ssl
import subprocess
import threading


def certificates(folder, name):
    """(CA, context of a server called `name`), made for this run."""
    folder = pathlib.Path(folder)
    run = lambda *words: subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=folder)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test ca")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "s.key", "-out", "s.csr", "-subj", f"/CN={name}")
    (folder / "ext").write_text(f"subjectAltName=DNS:{name}\n")
    run("x509", "-req", "-in", "s.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext",
        "-out", "s.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "s.pem", folder / "s.key")
    return folder / "ca.pem", context


class SmtpServer:
    def __init__(self, host="127.0.0.1", tls=None, starttls=None, user=None, path=None, reject=0):
        self.tls, self.starttls, self.user, self.reject = tls, starttls, user, reject
        self.mails, self.tries, self.lock = [], 0, threading.Condition()
        if path:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.bind(path)
            pathlib.Path(path).chmod(0o777)
            self.port = None
        else:
            self.socket = socket.socket()
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind((host, 0))
            self.port = self.socket.getsockname()[1]
        self.socket.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()

    def talk(self, peer):
        try:
            self.tries += 1
            secure = self.tls is not None
            if secure:
                peer = self.tls.wrap_socket(peer, server_side=True)
            self.dialogue(peer, secure)
        except OSError:
            pass
        finally:
            peer.close()

    def dialogue(self, peer, secure):
        file = peer.makefile("rb")
        say = lambda *lines: peer.sendall(b"".join(l.encode() + b"\r\n" for l in lines))
        mail = {"to": [], "secure": secure, "user": None}
        say("220 test")
        while line := file.readline():  # `file` is another one after STARTTLS
            verb, _, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            verb = verb.upper()
            if verb == "EHLO":
                offers = ["STARTTLS"] if self.starttls and not mail["secure"] else []
                offers += ["AUTH PLAIN"] if self.user else []
                words = ["test", *offers, "8BITMIME"]
                say(*[f"250-{w}" for w in words[:-1]], f"250 {words[-1]}")
            elif verb == "STARTTLS" and self.starttls:
                say("220 go")
                peer = self.starttls.wrap_socket(peer, server_side=True)
                file = peer.makefile("rb")
                mail["secure"] = True
            elif verb == "AUTH":
                words = rest.split()
                if len(words) == 1:
                    say("334 ")
                    words.append(file.readline().decode().strip())
                mail["user"] = base64.b64decode(words[1]).decode().split("\0")[1:]
                say("235 ok" if mail["user"] == list(self.user or ()) else "535 no")
            elif verb == "MAIL":
                mail["from"] = rest
                say("530 sign in" if self.user and mail["user"] != list(self.user) else "250 ok")
            elif verb == "RCPT":
                mail["to"].append(rest)
                say("550 nobody" if self.reject else "250 ok")
            elif verb == "DATA":
                say("354 go")
                body = b""
                for data in iter(file.readline, b".\r\n"):
                    body += data[1:] if data.startswith(b"..") else data
                with self.lock:
                    self.mails.append({**mail, "data": body})
                    self.lock.notify_all()
                say("250 kept")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("502 what")

    def wait(self, n=1, seconds=40):
        with self.lock:
            assert self.lock.wait_for(lambda: len(self.mails) >= n, seconds), f"{len(self.mails)} mails came, not {n}"
            return self.mails[n - 1]
