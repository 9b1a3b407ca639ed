# SPDX-License-Identifier: Apache-2.0
"""Real mail servers: a Postfix with a configuration, queue and log of its own. Nothing of it leaves the machine."""
import grp
import os
import pathlib
import pwd
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]

MASTER = """
{smtpd}
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 5 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {home}/log
maillog_file_prefixes = {home}
myhostname = {name}
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ipv4
alias_maps =
alias_database =
biff = no
default_transport = error:5.7.1 nothing leaves this test
smtp_dns_support_level = disabled
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_retry_time = 1s
message_size_limit = 60000000
virtual_mailbox_limit = 0
"""


def shipped(name):
    """The lines of data/postfix/NAME without its remarks."""
    lines = (ROOT / "data" / "postfix" / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def shipped_settings(name):
    return dict(map(str.strip, line.split("=", 1)) for line in shipped(name))


class Postfix:
    def __init__(self, name, home, smtpd, settings):
        self.home, self.name = pathlib.Path(home) / name, name
        self.conf = self.home / "conf"
        self.conf.mkdir(parents=True, exist_ok=True)
        owner = pwd.getpwnam("postfix")
        (self.home / "queue").mkdir(exist_ok=True)
        (self.home / "data").mkdir(exist_ok=True)
        os.chown(self.home / "data", owner.pw_uid, owner.pw_gid)
        lines = MAIN.format(home=self.home, name=name) + "".join(f"{k} = {v}\n" for k, v in settings.items())
        (self.conf / "main.cf").write_text(lines)
        (self.conf / "master.cf").write_text(MASTER.format(smtpd=smtpd))
        for part in (self.home, self.home.parent, self.home.parent.parent): # whatever lies above has to be open already
            part.chmod(part.stat().st_mode | 0o011)
        self.control("start")

    @classmethod
    def at(cls, home):
        """One that was set up before."""
        self = cls.__new__(cls)
        self.home, self.name, self.conf = pathlib.Path(home), pathlib.Path(home).name, pathlib.Path(home) / "conf"
        return self

    def control(self, verb, check=True):
        return subprocess.run(["postfix", "-c", self.conf, verb], check=check, capture_output=True, text=True)

    def log(self):
        path = self.home / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def queue(self):
        out = subprocess.run(["postqueue", "-c", self.conf, "-j"], capture_output=True, text=True).stdout
        return [line for line in out.splitlines() if line]

    def flush(self):
        subprocess.run(["postqueue", "-c", self.conf, "-f"], capture_output=True)

    def stop(self):
        self.control("stop", check=False)
        deadline = time.monotonic() + 20
        while self.control("status", check=False).returncode == 0 and time.monotonic() < deadline:
            time.sleep(0.2)


class Pair:
    """The mail server of each zone: `outer` takes mail at 127.0.0.1:PORT and hands it to the gate; `inner` takes what the
    gate lets in, and keeps it in maildirs. Their settings are those of data/postfix but for places and people."""

    DOMAIN = "town.example.jp"

    def __init__(self, state, port, people):
        self.home = pathlib.Path(state) / "mta"
        self.home.mkdir(exist_ok=True)
        self.port = port
        self.boxes = self.home / "boxes"
        self.boxes.mkdir(exist_ok=True)
        nobody = pwd.getpwnam("nobody")
        os.chown(self.boxes, nobody.pw_uid, nobody.pw_gid)
        self.gate = pathlib.Path(state) / "gate"
        boxes = " ".join(f"{{ {p}@{self.DOMAIN} = {p}/ }}" for p in people)
        self.inner = Postfix("inner", self.home, "\n".join(shipped("inner.master.cf")), {
            **shipped_settings("inner.main.cf"),
            "virtual_mailbox_domains": self.DOMAIN, "virtual_mailbox_base": self.boxes,
            "virtual_mailbox_maps": f"inline:{{ {boxes} }}", "virtual_uid_maps": f"static:{nobody.pw_uid}",
            "virtual_gid_maps": f"static:{nobody.pw_gid}"})
        known = " ".join(f"{{ {p}@{self.DOMAIN} = OK }}" for p in (*people, "nobody-here"))
        self.known = f"inline:{{ {known} }}"
        self.outer = None

    def start_outer(self):
        """Once the gate listens."""
        lines = [f"127.0.0.1:{self.port} inet n - n - - smtpd", *shipped("outer.master.cf")]
        self.outer = Postfix("outer", self.home, "\n".join(lines), {
            **shipped_settings("outer.main.cf"), "relay_domains": self.DOMAIN,
            "relay_transport": f"lmtp:unix:{self.gate}/lmtp.sock", "relay_recipient_maps": self.known})

    def open_sockets(self):
        """Each socket is for one user beside its owner; here, any."""
        public = self.home / "inner" / "queue" / "public"
        public.chmod(0o755)
        (public / "sekisho").chmod(0o666)

    @property
    def inner_socket(self):
        return self.home / "inner" / "queue" / "public" / "sekisho"

    def mails(self, person):
        box = self.boxes / person / "new"
        return [p.read_bytes() for p in sorted(box.iterdir())] if box.is_dir() else []

    def make_gate(self):
        """The folder of the gate's socket: the socket in it gets its group."""
        self.gate.mkdir(exist_ok=True)
        os.chown(self.gate, 0, grp.getgrnam("postfix").gr_gid)
        self.gate.chmod(0o2750)

    def stop(self):
        for server in (self.outer, self.inner):
            if server is not None:
                server.stop()
