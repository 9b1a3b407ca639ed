# SPDX-License-Identifier: Apache-2.0
"""Real mail servers: a Postfix with a configuration, queue and log of its own. Nothing of it leaves the machine."""
import os
import pathlib
import pwd
import shutil
import subprocess
import time

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
lmtp      unix  - - n - - lmtp
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


class Postfix:
    def __init__(self, name, home, smtpd, settings):
        self.home, self.name = pathlib.Path(home) / name, name
        self.conf = self.home / "conf"
        self.conf.mkdir(parents=True)
        owner = pwd.getpwnam("postfix")
        (self.home / "queue").mkdir()
        (self.home / "data").mkdir()
        os.chown(self.home / "data", owner.pw_uid, owner.pw_gid)
        lines = MAIN.format(home=self.home, name=name) + "".join(f"{k} = {v}\n" for k, v in settings.items())
        (self.conf / "main.cf").write_text(lines)
        (self.conf / "master.cf").write_text(MASTER.format(smtpd=smtpd))
        for part in (self.home, *self.home.parents):
            if part == pathlib.Path("/tmp"):
                break
            part.chmod(part.stat().st_mode | 0o011)
        self.control("start")

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
    gate lets in, and keeps it in maildirs."""

    DOMAIN = "town.example.jp"

    def __init__(self, state, port, people):
        self.home = pathlib.Path(state) / "mta"
        self.home.mkdir()
        self.port = port
        self.boxes = self.home / "boxes"
        self.boxes.mkdir()
        nobody = pwd.getpwnam("nobody")
        os.chown(self.boxes, nobody.pw_uid, nobody.pw_gid)
        self.gate = pathlib.Path(state) / "gate"
        boxes = " ".join(f"{{ {p}@{self.DOMAIN} = {p}/ }}" for p in people)
        self.inner = Postfix("inner", self.home, "gate unix n - n - - smtpd", {
            "virtual_mailbox_domains": self.DOMAIN, "virtual_mailbox_base": self.boxes,
            "virtual_mailbox_maps": f"inline:{{ {boxes} }}", "virtual_uid_maps": f"static:{nobody.pw_uid}",
            "virtual_gid_maps": f"static:{nobody.pw_gid}", "smtpd_recipient_restrictions": "reject_unauth_destination",
            "smtpd_relay_restrictions": "reject_unauth_destination"})
        self.outer = None

    def start_outer(self):
        """Once the gate listens."""
        self.outer = Postfix("outer", self.home, f"127.0.0.1:{self.port} inet n - n - - smtpd", {
            "relay_domains": self.DOMAIN, "relay_transport": f"lmtp:unix:{self.gate}/lmtp.sock",
            "smtpd_relay_restrictions": "reject_unauth_destination", "lmtp_line_length_limit": 998})

    def open_sockets(self):
        """Each socket is for one user beside its owner; here, any."""
        public = self.home / "inner" / "queue" / "public"
        public.chmod(0o755)
        (public / "gate").chmod(0o666)

    @property
    def inner_socket(self):
        return self.home / "inner" / "queue" / "public" / "gate"

    def mails(self, person):
        box = self.boxes / person / "new"
        return [p.read_bytes() for p in sorted(box.iterdir())] if box.is_dir() else []

    def stop(self):
        for server in (self.outer, self.inner):
            if server is not None:
                server.stop()
        shutil.rmtree(self.home, ignore_errors=True)
