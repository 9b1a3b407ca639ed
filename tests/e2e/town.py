# SPDX-License-Identifier: Apache-2.0
"""town.py - a sample town for the end-to-end suites: starts script/server on free ports with a state
directory of its own, signs people in, and ends what it started. Standard library only."""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lib"))
from authenticator import STEP, totp  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORDER = ["web", "runner", "intake", "sealer"]


def free_port_base():
    """A base whose next three ports are free."""
    for base in range(18000 + os.getpid() % 2000 * 4, 40000, 4):
        try:
            for port in (base + 1, base + 2, base + 3):
                with socket.socket() as s:
                    s.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body

    @property
    def json(self):
        return json.loads(self.body)


class Person:
    """A signed-in account at one station. Where a second factor is asked, a session that is still good is used again: a
    one-time code serves once, and the next one comes in half a minute."""

    def __init__(self, town, zone, name):
        self.town, self.zone, self.name = town, zone, name
        self.cookie, self.csrf = town.sessions.get((zone, name), (None, None))
        if self.cookie and self.call("GET", "/session").status == 200:
            return
        self.cookie = self.csrf = None
        answer = self.call("POST", "/session", {"name": name, "password": town.password(zone, name)})
        second = answer.status == 401 and answer.json["code"] == "second-factor-needed"
        if second:
            answer = self.call("POST", "/session", {"ticket": answer.json["ticket"], "totp": town.code(zone, name)})
        assert answer.status == 200, (zone, name, answer.status, answer.body)
        self.cookie = next(c.split(";")[0] for c in answer.headers.get_all("Set-Cookie") if c.startswith("__Host-sekisho="))
        self.csrf = answer.json["csrf"]
        if second:
            town.sessions[zone, name] = self.cookie, self.csrf

    def call(self, method, path, body=None, headers=None, raw=None):
        headers = dict(headers or {})
        if self.cookie:
            headers["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            headers["X-Sekisho-CSRF"] = self.csrf
        if method != "GET":
            headers.setdefault("Origin", self.town.zones[self.zone])
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            headers["Content-Type"] = "application/json"
        return self.town.request(self.zone, method, "/api/v1" + path, data, headers)

    def hand_in(self, to, name, data, recipient=None, **more):
        query = {"to": to, "for": recipient or self.name, **more}
        answer = self.call("POST", "/crossings?" + urllib.parse.urlencode(query), raw=data,
                           headers={"X-Sekisho-Name": urllib.parse.quote(name),
                                    "Content-Type": "application/octet-stream"})
        return answer

    def crossing(self, id):
        return self.call("GET", "/crossings/" + id)

    def wait(self, id, states, seconds=60):
        deadline = time.monotonic() + seconds
        state = None
        while time.monotonic() < deadline:
            answer = self.crossing(id)
            state = answer.json.get("state") if answer.status == 200 else answer.status
            if state in states:
                return answer.json
            time.sleep(0.05)
        raise AssertionError(f"{self.zone}/{self.name}: crossing {id} is {state}, not {states}")

    def collect(self, id):
        answer = self.call("GET", f"/crossings/{id}/content")
        if answer.status != 303:
            return answer
        where = urllib.parse.urlsplit(answer.headers["Location"])
        return self.town.request(self.zone, "GET", where.path, None, {"Host": where.netloc})


class Town:
    def __init__(self, prefix=(), state=None):
        self.state = pathlib.Path(state or tempfile.mkdtemp(prefix="sekisho-town-"))
        self.prefix, self.base, self.process = list(prefix), free_port_base(), None
        self.sessions, self.steps = {}, {}
        if self.prefix:
            os.chmod(self.state, 0o777)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, error, trace):
        self.stop()
        if kind is not None:
            log = (self.state / "log").read_text(errors="replace").splitlines()
            print("\n".join(log[-60:]), file=sys.stderr)
        shutil.rmtree(self.state, ignore_errors=True)

    def start(self):
        log = open(self.state / "log", "ab")
        self.process = subprocess.Popen(
            [*self.prefix, str(ROOT / "script/server"), "--state", str(self.state), "--port-base", str(self.base), "--json"],
            stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "SEKISHO_BUILT": "yes"})
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError("the server did not start:\n" + (self.state / "log").read_text()[-3000:])
        ready = json.loads(line)
        self.zones, self.accounts = ready["zones"], ready["accounts"]

    def stop(self):
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        self.process = None

    def crash(self):
        """kill -9 of the supervisor: everything it started must end by itself."""
        pids = [pid for pid, _, _ in self.roles()]
        os.kill(self.supervisor(), signal.SIGKILL)
        self.process.wait(40)
        self.process = None
        deadline = time.monotonic() + 20
        while any(os.path.exists(f"/proc/{p}") for p in pids):
            assert time.monotonic() < deadline, "roles outlive their supervisor"
            time.sleep(0.05)

    def password(self, zone, name):
        return next(a["password"] for a in self.accounts if (a["zone"], a["name"]) == (zone, name))

    def code(self, zone, name):
        """A one-time code that was not used: of a step back, of now, of a step ahead; then the next one is waited for."""
        secret = next(a["totp"] for a in self.accounts if (a["zone"], a["name"]) == (zone, name))
        step = max(self.steps.get((zone, name), 0) + 1, int(time.time()) // STEP - 1)
        while step > int(time.time()) // STEP + 1:
            time.sleep(0.2)
        self.steps[zone, name] = step
        return totp(secret, step * STEP)

    def request(self, zone, method, path, data=None, headers=None):
        url = urllib.parse.urlsplit(self.zones[zone])
        connection = http.client.HTTPConnection("127.0.0.1", url.port, timeout=60)
        headers = dict(headers or {})
        host = headers.pop("Host", url.netloc)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        if data is not None or method in ("POST", "PUT"):
            connection.putheader("Content-Length", str(len(data or b"")))
        for key, value in headers.items():
            connection.putheader(key, value)
        connection.endheaders(data)
        response = connection.getresponse()
        try:
            return Answer(response, response.read())
        finally:
            connection.close()

    def supervisor(self):
        return next(pid for pid, words in self.processes() if words[1:2] == ["serve"])

    def processes(self):
        """(pid, arguments) of every process that descends from the server."""
        parents, words = {}, {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                stat = open(f"/proc/{entry}/stat").read()
                words[int(entry)] = open(f"/proc/{entry}/cmdline").read().split("\0")[:-1]
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry)] = int(stat[stat.rindex(")") + 2:].split()[1])
        for pid in parents:
            at = pid
            while at in parents and at != self.process.pid:
                at = parents[at]
            if at == self.process.pid and pid != self.process.pid:
                yield pid, words[pid]

    def roles(self):
        """(pid, role, station)"""
        for pid, words in self.processes():
            if words[1:2] == ["role"] and "--station" in words:
                yield pid, words[2], words[words.index("--station") + 1]

    def role(self, station, role):
        return next(pid for pid, r, s in self.roles() if (r, s) == (role, station))


def run(*tests):
    """Runs each test with a line about it; the exit status is the result."""
    chosen = [t for t in tests if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    failed = 0
    for test in chosen:
        began = time.monotonic()
        try:
            test()
            print(f"ok   {test.__name__} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:
            import traceback
            traceback.print_exc()
            print(f"FAIL {test.__name__}", flush=True)
            failed += 1
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)
