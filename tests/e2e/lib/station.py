# SPDX-License-Identifier: Apache-2.0
"""A station's web role alone (tests/e2e/web-alone.c), and a client that says exactly what it is told."""
import json
import os
import socket
import ssl
import subprocess
from urllib.parse import quote, urlsplit

from schema import Document

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
BUILD = os.environ.get("SEKISHO_BUILD", os.path.join(ROOT, "build"))
API = "/api/v1"

ACCOUNTS = [("sato", "staff", "住民課"), ("tanaka", "staff", "税務課"), ("kato", "section-head", "住民課"),
            ("suzuki", "section-head", "税務課"), ("yamada", "section-head", "住民課"), ("mori", "staff", ""),
            ("admin", "administrator", "情報政策課")]

POLICY = """\
organisation "見本町"
model alpha
zone mynumber "マイナンバー利用事務系" {{
    trust 3
    network 10.10.0.0/16
    interface mn0
    sign-in two factors
    take-out forbidden
}}
zone lgwan "LGWAN接続系" {{
    trust 2
    network 10.20.0.0/16
    interface lg0
    sign-in {lgwan}
    {terminal}
    take-out with approval
}}
zone internet "インターネット接続系" {{
    trust 1
    network 10.30.0.0/16
    interface in0
    sign-in password
    reaches internet
}}
file from internet to lgwan as rebuilt     size to 1 MiB   keep original 30 days
file from internet to lgwan as image       types pdf, rtf   size to 2 MiB
file from lgwan to internet as rebuilt     approval section-head   classes 1, 2
"""


def password(name):
    return f"{name}-no-aikotoba-7"


class Answer:
    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if len(lines[0].split(" ")) > 1 else 0
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]
        self.headers = {name.lower(): value for name, value in self.fields}

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["code"] if self.headers.get("content-type") == "application/problem+json" else None


class Station:
    """One running web role."""

    def __init__(self, folder, zone, lgwan="password", https="-", accounts=ACCOUNTS, secrets=None, terminal=""):
        self.folder = os.path.join(folder, zone)
        os.makedirs(self.folder)
        self.zone = zone
        self.policy = os.path.join(self.folder, "policy.conf")
        self.write_policy(lgwan=lgwan, terminal=terminal)
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "tests/e2e/web-alone"), self.folder, zone, self.policy, os.path.join(ROOT, "web"),
             os.path.join(ROOT, "data/messages"), https],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True, env={**os.environ, "SEKISHO_PROGRAMS": BUILD})
        for name, role, section in accounts:
            self.process.stdin.write(f"{name}:{role}:{section}:{(secrets or {}).get(name, password(name))}\n")
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        first = self.process.stdout.readline()
        if not first:
            raise RuntimeError(open(self.log.name, encoding="utf-8").read())
        self.origin = json.loads(first)["origin"]
        self.authority = urlsplit(self.origin).netloc
        self.content_authority = f"files.{self.authority}"
        self.port = urlsplit(self.origin).port
        self.unix = os.path.join(self.folder, "web.sock")

    def write_policy(self, **words):
        with open(self.policy, "w", encoding="utf-8") as f:
            f.write(POLICY.format(**{"lgwan": "password", "terminal": "", **words}))

    def tell(self, words):
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{words}: {answer['error']}")
        return answer.get("id")

    def dial(self, timeout=60):
        return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)

    def raw(self, data, timeout=60):
        """Sends bytes as they are; everything that comes back until the other side closes."""
        with self.dial(timeout) as s:
            s.sendall(data)
            return self.hear(s)

    @staticmethod
    def hear(s):
        out = b""
        while True:
            try:
                more = s.recv(65536)
            except ConnectionResetError:
                return out
            if not more:
                return out
            out += more

    def stop(self):
        """Returns the exit status."""
        try:
            self.process.stdin.write("stop\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        status = self.process.wait(30)
        self.process.stdin.close()
        self.process.stdout.close()
        self.log.close()
        return status


class Client:
    """A person at a station: keeps the cookie and the token; every answer is held against the document."""
    document = Document(os.path.join(ROOT, "data/openapi.json"))

    def __init__(self, station):
        self.station = station
        self.cookie = None
        self.csrf = None
        self.terminal = None  # kept from a sign-in; sent only where `remember` is set
        self.remember = False

    def request(self, method, path, body=None, headers=None, host=None, json_body=None, check=True, csrf=True):
        station = self.station
        fields = {"Host": station.authority if host is None else host}
        cookies = ([f"__Host-sekisho={self.cookie}"] if self.cookie else []) + \
            ([f"__Host-sekisho-terminal={self.terminal}"] if self.terminal and self.remember else [])
        if cookies:
            fields["Cookie"] = "; ".join(cookies)
        if csrf and self.csrf and method != "GET":
            fields["X-Sekisho-CSRF"] = self.csrf
        if json_body is not None:
            body = json.dumps(json_body).encode()
            fields["Content-Type"] = "application/json"
        if body is not None:
            fields["Content-Length"] = str(len(body))
        for name, value in (headers or {}).items():
            fields.pop(name, None)
            if value is not None:
                fields[name] = value
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{n}: {v}\r\n" for n, v in fields.items()) + "\r\n"
        answer = Answer(station.raw(head.encode("latin-1") + (body or b"")))
        if check and path.startswith(API):
            self.document.check_answer(method, urlsplit(path).path.removeprefix(API), answer.status, answer.headers,
                                       answer.body)
        return answer

    def api(self, method, path, **words):
        return self.request(method, API + path, **words)

    def sign_in(self, name, secret=None):
        answer = self.api("POST", "/session", json_body={"name": name, "password": secret or password(name)})
        if answer.status == 200:
            self.keep(answer)
        return answer

    def keep(self, answer):
        """The cookies and the token of an answer that opened a session or raised it."""
        for name, value in answer.fields:
            pair = value.split(";")[0].split("=", 1)
            if name.lower() == "set-cookie" and pair[0] == "__Host-sekisho":
                self.cookie = pair[1]
            elif name.lower() == "set-cookie" and pair[0] == "__Host-sekisho-terminal":
                self.terminal = pair[1]
        self.csrf = answer.json["csrf"]

    def hand_in(self, data, name="文書.txt", query="to=lgwan", headers=None, **words):
        fields = {"X-Sekisho-Name": quote(name, safe=""), **(headers or {})}
        return self.api("POST", f"/crossings?{query}", body=data, headers=fields, **words)


def signed_in(station, name):
    client = Client(station)
    answer = client.sign_in(name)
    assert answer.status == 200, answer.raw
    return client


def over_tls(port, authority, request, ca):
    """One request through TLS, as bytes. For the proxy's test."""
    context = ssl.create_default_context(cafile=ca)
    with socket.create_connection(("127.0.0.1", port), timeout=15) as plain:
        with context.wrap_socket(plain, server_hostname=authority.split(":")[0]) as s:
            s.sendall(request)
            return Station.hear(s)
