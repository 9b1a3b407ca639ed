# SPDX-License-Identifier: Apache-2.0
"""A directory that lies: TLS with the certificate that is believed, and any bytes as answers. What is heard is taken apart no
further than needed; entries and results are made here, and then cut, bent or repeated by whoever tests."""
import socket
import ssl
import threading
import time


def tlv(tag, *parts):
    body = b"".join(parts)
    n = len(body)
    length = bytes([n]) if n < 128 else bytes([0x84]) + n.to_bytes(4, "big")
    return bytes([tag]) + length + body


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big"))


def text(s):
    return tlv(4, s if isinstance(s, bytes) else s.encode())


def message(number, op, controls=b""):
    return tlv(0x30, integer(number), op, controls)


def entry(dn, **attributes):
    return tlv(0x64, text(dn), tlv(0x30, *[tlv(0x30, text(k), tlv(0x31, *[text(v) for v in values])) for k, values in attributes.items()]))


def result(tag, code=0, diagnostic="", more=b""):
    return tlv(tag, tlv(10, bytes([code])), text(""), text(diagnostic), more)


BOUND, DONE = 0x61, 0x65


def read_message(s):
    """(number, tag of the operation, its body), None at the end."""
    def exactly(n):
        out = b""
        while len(out) < n:
            more = s.recv(n - len(out))
            if not more:
                raise EOFError
            out += more
        return out

    def length():
        first = exactly(1)[0]
        return first if first < 128 else int.from_bytes(exactly(first & 127), "big")
    try:
        exactly(1)
        body = exactly(length())
    except (EOFError, OSError):
        return None
    number = int.from_bytes(body[2:2 + body[1]], "big")
    return number, body[2 + body[1]], body[3 + body[1]:]


class Liar:
    """@find and @prove are functions of the number of the message: what is answered to a search and to every bind after the first."""

    def __init__(self, certificate, key):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.find = self.prove = lambda n: b""
        self.heard = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        try:
            with self.context.wrap_socket(plain, server_side=True) as s:
                binds = 0
                while (asked := read_message(s)) is not None:
                    number, tag, body = asked
                    self.heard.append((tag, body))
                    if tag == 0x60:
                        binds += 1
                        answer = message(number, result(BOUND)) if binds == 1 else self.prove(number)
                    elif tag == 0x63:
                        answer = self.find(number)
                    else:
                        continue
                    for part in [answer] if isinstance(answer, bytes) else answer:
                        s.sendall(part)
        except OSError:
            pass

    def stop(self):
        self.listener.close()


def drip(answer):
    for byte in answer:
        yield bytes([byte])
        time.sleep(0.4)
