# SPDX-License-Identifier: Apache-2.0
"""drops.py - a flood of refused packets through the town's wall while it is watched: what the kernel's counters say was dropped has
to be what the watcher counted and what it said was lost. e2e-wall-count holds the sum, script/bench wall-watch measures the rate."""
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
BUILD = pathlib.Path(os.environ.get("SEKISHO_BUILD_DIR", ROOT / "build"))
POLICY = ROOT / "data/policy/sample-town.conf"
PATIENCE = 120 if os.environ.get("SEKISHO_SLOW") else 60
# From pc, of the zone internet: to juki, hr, and the ASP outside.
TARGETS = {"10.10.1.5": ("internet", "mynumber"), "10.20.1.5": ("internet", "lgwan"), "203.0.113.9": ("internet", "")}
COUNTERS = {"drop_internet_to_mynumber": ("internet", "mynumber"), "drop_internet_to_lgwan": ("internet", "lgwan"),
            "drop_internet_to_outside": ("internet", "")}
TICKS = os.sysconf("SC_CLK_TCK")


class Refused:
    """A town of its own whose wall tells of every packet that it drops: the limit of ten a second is taken out of its rules."""

    def __init__(self, prefix):
        self.town = [str(ROOT / "script/town"), "--prefix", prefix]
        self.folder = tempfile.TemporaryDirectory(prefix=f"sekisho-{prefix}-")
        rules = subprocess.run([BUILD / "sekisho-wall", "compile", POLICY], check=True, capture_output=True, text=True).stdout
        rules, n = re.subn(r"limit rate [^\n]* (?=log prefix)", "", rules)
        assert n > 0, "there is no limit to take out"
        self.rules = pathlib.Path(self.folder.name, "rules.nft")
        self.rules.write_text(rules)

    def __enter__(self):
        subprocess.run([*self.town, "up", "--ruleset", str(self.rules)], check=True, timeout=PATIENCE)
        for host in ("wall", "juki", "hr", "pc", "cloud", "asp", "jlis", "web"):  # which would send packets by itself
            self.inside(host, "sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6")
        return self

    def __exit__(self, *_):
        subprocess.run([*self.town, "down"], check=True, timeout=PATIENCE)
        self.folder.cleanup()

    def inside(self, host, *command):
        return subprocess.run([*self.town, "run", host, *(str(c) for c in command)], check=True, capture_output=True, text=True, timeout=PATIENCE).stdout

    def send(self, rate, count, targets):
        return json.loads(self.inside("pc", BUILD / "tests/e2e/send-udp", rate, count, 9, *targets))

    def dropped(self):
        """What the named counters say: by pair, and of everything else (None)."""
        told = json.loads(self.inside("wall", "nft", "-j", "list", "counters", "table", "inet", "sekisho"))["nftables"]
        counters = {c["counter"]["name"]: c["counter"]["packets"] for c in told if "counter" in c}
        return {pair: counters[name] for name, pair in COUNTERS.items()} | {None: sum(n for name, n in counters.items() if name not in COUNTERS)}

    def watcher(self):
        return Watcher(self)


class Watcher:
    """sekisho-wall watch, by its own process: `run` becomes it (root), or a child of nsenter's that is found by its state directory."""

    def __init__(self, town):
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="watch-", dir=town.folder.name))
        self.log = open(self.state / "log", "wb")
        self.process = subprocess.Popen([*town.town, "run", "wall", BUILD / "sekisho-wall", "watch", POLICY, "--state", self.state],
                                        stdout=self.log, stderr=self.log)
        self.until(lambda s: s["verdict"] != "not-proven")
        self.pid = self.find()

    def find(self):
        mine = subprocess.run(["pgrep", "-f", f"sekisho-wall watch .*{self.state}$"], capture_output=True, text=True).stdout.split()
        return next(int(p) for p in mine if os.path.basename(os.path.realpath(f"/proc/{p}/exe")) == "sekisho-wall")

    def status(self):
        try:
            return json.loads((self.state / "status.json").read_text())
        except FileNotFoundError:
            return None

    def until(self, wanted):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            status = self.status()
            if status and wanted(status):
                return status
            assert self.process.poll() is None, (self.state / "log").read_text()[-2000:]
            time.sleep(0.02)
        raise AssertionError(f"{json.dumps(self.status())[:3000]}\n{(self.state / 'log').read_text()[-2000:]}")

    def cpu(self):
        """Seconds of its own; its children, which prove, are not in it."""
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def quiet(self):
        """It has taken what there was: its processor time stands still."""
        last, still = None, 0
        while still < 8:
            time.sleep(0.05)
            now = self.cpu()
            still, last = (still + 1 if now == last else 0), now
        return last

    def pause(self, on):
        os.kill(self.pid, signal.SIGSTOP if on else signal.SIGCONT)

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        self.process.wait(PATIENCE)
        return self.status()


def measure(town, rate, count, stopped=False, closing=30):
    """One flood, each with a watcher of its own. @stopped: the watcher does not run meanwhile. @closing: packets that follow, from
    whose numbers it learns how many were lost at the end of the flood."""
    before, watcher = town.dropped(), town.watcher()
    try:
        cpu = watcher.cpu()
        if stopped:
            watcher.pause(True)
        flood = town.send(rate, count, TARGETS)
        if stopped:
            watcher.pause(False)
        spent = watcher.quiet() - cpu
        last = town.send(1000, closing, TARGETS)
        watcher.quiet()
    finally:
        status = watcher.end()
    kernel = {pair: n - before[pair] for pair, n in town.dropped().items()}
    strays = kernel.pop(None)
    counted = {pair: sum(p["refused"] for p in status["pairs"] if (p["from"], p["to"]) == pair) for pair in kernel}
    return {"rate": flood["sent"] / flood["seconds"], "sent": flood["sent"] + last["sent"], "kernel": kernel, "counted": counted,
            "strays": strays, "lost": status["lost"], "overflows": status["lostUnknown"], "cpu": spent}


def unaccounted(told):
    """How far the sum is off. Hosts send a packet by themselves now and then: at most as many of those may be among the lost."""
    over = sum(told["counted"].values()) + told["lost"] - sum(told["kernel"].values())
    return -over if over < 0 else max(0, over - told["strays"])
