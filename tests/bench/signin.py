#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""signin.py [spray|crowd|timing]: how signing in holds against a crowd and against guessing: the release build of the
role `web` alone, real passwords, real Argon2id, over its Unix socket as behind the zone's proxy. Prints one JSON object
a part. Exit 1 where a bar is missed.

spray   10,000 tries over 1,000 accounts, password by password as sprayers do, the right one of each account being the
        tenth; from one address, as fast as the station answers. None of them may open. (From more addresses, over
        hours, and from none that is known: exact by the delays' arithmetic, tests/unit/store/test-delay.c.)
crowd   1,000 sign-ins at the same moment, while somebody who is signed in works: what becomes of the 1,000, and how
        long the others' requests take meanwhile.
timing  wrong passwords for accounts, for locked accounts and for names that nobody has, in turns: can the time that
        the no takes tell them apart? The probability that one takes longer than the other, against what chance gives."""
import json
import math
import multiprocessing
import os
import random
import selectors
import shutil
import socket
import sqlite3
import statistics
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
os.environ.setdefault("SEKISHO_BUILD", os.path.join(ROOT, "build"))
sys.path.insert(0, os.path.join(ROOT, "tests", "e2e", "lib"))
from station import API, Answer, Station, password, signed_in  # noqa: E402

ACCOUNTS = 1000
SAMPLES = 100
RIGHT = "the-tenth-on-the-list"
P99_MAX_MS = 200


def request(station, method, path, body=None, address=None, cookie=None):
    lines = [f"{method} {API}{path} HTTP/1.1", f"Host: {station.authority}"]
    if address:
        lines.append(f"X-Real-IP: {address}")
    if cookie:
        lines.append(f"Cookie: __Host-sekisho={cookie}")
    data = b"" if body is None else json.dumps(body).encode()
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def send(station, data):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(120)
        s.connect(station.unix)
        s.sendall(data)
        return Answer(station.hear(s))


def populate(station):
    """A thousand people with the same real hash: making a thousand would only cost time."""
    db = sqlite3.connect(os.path.join(station.folder, "db"), timeout=60)
    with db:
        (hashed,) = db.execute("SELECT password FROM accounts WHERE name = 'right'").fetchone()
        for kind, locked in (("person", 0), ("locked", 1)):
            db.executemany("INSERT INTO accounts (name, label, role, section, password, locked, created) VALUES "
                           "(?, 'x', 'staff', '', ?, ?, 1)", [(f"{kind}{i}", hashed, locked) for i in range(ACCOUNTS)])
    db.close()


def sign_in(station, name, secret, address):
    return send(station, request(station, "POST", "/session", {"name": name, "password": secret}, address))


def spray(station):
    counts, start = {}, time.monotonic()
    for turn in range(10):
        secret = RIGHT if turn == 9 else f"guess-number-{turn}"
        for i in range(ACCOUNTS):
            status = sign_in(station, f"person{i}", secret, "10.20.66.6").status
            counts[status] = counts.get(status, 0) + 1
    seconds = time.monotonic() - start
    out = {"tries": sum(counts.values()), "opened": counts.get(200, 0), "checked": counts.get(401, 0) + counts.get(200, 0),
           "delayed": counts.get(429, 0), "busy": counts.get(503, 0), "seconds": round(seconds, 1)}
    return out, out["opened"] == 0 and out["checked"] <= 60 and out["tries"] == 10 * ACCOUNTS


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def others(station, cookie, end):
    """Somebody who works: their session, and a list, one request after the other, until @end() says so."""
    times, statuses = [], {}
    data = [request(station, "GET", "/session", cookie=cookie), request(station, "GET", "/crossings?box=sent", cookie=cookie)]
    n = 0
    while not end() or n < 50:
        start = time.perf_counter()
        answer = send(station, data[n % 2])
        times.append((time.perf_counter() - start) * 1e3)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
        n += 1
        time.sleep(0.002)
    return times, statuses


def crowd_at_once(station, told):
    """1,000 connections, each with a whole sign-in, all written before any answer is read. A process of its own, so that
    its work is not measured as the station's."""
    selector, statuses = selectors.DefaultSelector(), {}
    for i in range(1000):
        s = socket.socket(socket.AF_UNIX)
        while True:
            try:
                s.connect(station.unix)
                break
            except BlockingIOError:
                time.sleep(0.001)
        s.sendall(request(station, "POST", "/session", {"name": f"person{i}", "password": RIGHT}, f"10.20.{i // 250}.{i % 250}"))
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ, [b""])
    left = 1000
    while left > 0:
        for key, _ in selector.select(60):
            try:
                more = key.fileobj.recv(65536)
            except ConnectionResetError:
                more = b""
            if more:
                key.data[0] += more
                continue
            status = int(key.data[0].split(b" ", 2)[1]) if key.data[0] else 0
            statuses[status] = statuses.get(status, 0) + 1
            selector.unregister(key.fileobj)
            key.fileobj.close()
            left -= 1
    told.send(statuses)


def memory_mb(station):
    with open(f"/proc/{station.process.pid}/status", encoding="ascii") as f:
        return round(next(int(line.split()[1]) for line in f if line.startswith("VmHWM")) / 1024)


def crowd(station):
    cookie = signed_in(station, "sato").cookie
    quiet, _ = others(station, cookie, lambda: True)
    start, (hear, told) = time.monotonic(), multiprocessing.Pipe(False)
    process = multiprocessing.get_context("fork").Process(target=crowd_at_once, args=(station, told))
    process.start()
    busy, statuses = others(station, cookie, hear.poll)
    done = hear.recv()
    process.join()
    out = {"sign-ins": {str(k): v for k, v in sorted(done.items())}, "seconds": round(time.monotonic() - start, 1),
           "others": {str(k): v for k, v in sorted(statuses.items())},
           "others p50 ms": round(percentile(busy, 0.5), 1), "others p99 ms": round(percentile(busy, 0.99), 1),
           "others slowest ms": round(max(busy), 1), "quiet p50 ms": round(percentile(quiet, 0.5), 1), "quiet p99 ms": round(percentile(quiet, 0.99), 1),
           "load": round(os.getloadavg()[0], 1), "peak MB": memory_mb(station)}
    # All connections are bounded too (SK_WEB_CONNECTIONS_MAX): in the first instants somebody else may be told `busy`.
    few = statuses.get(503, 0) <= 0.01 * sum(statuses.values())
    fine = set(done) <= {200, 503} and done.get(200, 0) > 0 and set(statuses) <= {200, 503} and few
    return out, fine and out["others p99 ms"] < P99_MAX_MS


def longer(a, b):
    """The probability that one of @a is larger than one of @b, as a distance from one half in standard errors."""
    ranks = {}
    joined = sorted([(x, 0) for x in a] + [(x, 1) for x in b])
    ranks = sum(i + 1 for i, (_, kind) in enumerate(joined) if kind == 0)
    u = ranks - len(a) * (len(a) + 1) / 2
    p = u / (len(a) * len(b))
    error = math.sqrt((len(a) + len(b) + 1) / (12 * len(a) * len(b)))
    return p, (p - 0.5) / error


def timing(station):
    kinds = {"account": "person", "locked": "locked", "nobody": "nobody"}
    times = {kind: [] for kind in kinds}
    for i in range(SAMPLES):
        for kind in random.sample(list(kinds), len(kinds)):
            data = request(station, "POST", "/session", {"name": f"{kinds[kind]}{i}", "password": "wrong password"},
                           f"10.21.{i // 50}.{list(kinds).index(kind) + 1}")
            start = time.perf_counter()
            answer = send(station, data)
            times[kind].append((time.perf_counter() - start) * 1e3)
            assert answer.status == 401, answer.raw
    out = {"samples": SAMPLES, "median ms": {k: round(statistics.median(v), 2) for k, v in times.items()}}
    worst = 0
    for kind in ("locked", "nobody"):
        p, z = longer(times[kind], times["account"])
        out[f"P({kind} > account)"], out[f"{kind}: standard errors from chance"] = round(p, 3), round(z, 2)
        worst = max(worst, abs(z))
    return out, worst < 3.5


def main(names):
    parts = {"spray": spray, "crowd": crowd, "timing": timing}
    failed = False
    for name in names or parts:
        folder = tempfile.mkdtemp(prefix="sk-bench-signin-")
        station = Station(folder, "lgwan", accounts=[("right", "staff", ""), ("sato", "staff", "")], secrets={"right": RIGHT})
        try:
            populate(station)
            out, met = parts[name](station)
            print(json.dumps({"part": name, "met": met, **out}), flush=True)
            failed |= not met
        finally:
            station.stop()
            shutil.rmtree(folder)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
