# SPDX-License-Identifier: Apache-2.0
"""A town between two mail servers: what is sent to the outer one comes out of the gate in the maildirs of the inner one."""
import email
import email.policy
import pathlib
import smtplib
import socket
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from postfix import Pair
from town import Town

PEOPLE = ["taro", "hanako", "jiro"]
FROM = "sender@partner.example.com"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class MailTown:
    """A town between two mail servers."""

    def __enter__(self):
        state = pathlib.Path(tempfile.mkdtemp(prefix="sekisho-mail-"))
        state.chmod(0o711)
        self.pair = Pair(state, free_port(), PEOPLE)
        self.pair.open_sockets()
        self.pair.make_gate()
        (state / "internet.extra").write_text('    listen lmtp "gate/lmtp.sock"\n')
        (state / "lgwan.extra").write_text(f'    deliver smtp "{self.pair.inner_socket}"\n')
        self.town = Town(state=state)
        try:
            self.town.start()
            self.pair.start_outer()
        except BaseException:
            self.pair.stop()
            self.town.__exit__(RuntimeError, None, None)
            raise
        return self

    def __exit__(self, kind, error, trace):
        if kind is not None:
            for server in (self.pair.outer, self.pair.inner):
                print(f"--- {server.name}\n" + "\n".join(server.log().splitlines()[-25:]), file=sys.stderr)
        self.pair.stop()
        self.town.__exit__(kind, error, trace)

    def send(self, message, to, sender=FROM):
        data = message if isinstance(message, bytes) else message.as_bytes(policy=email.policy.SMTP)
        with smtplib.SMTP("127.0.0.1", self.pair.port, timeout=60) as smtp:
            return smtp.sendmail(sender, [f"{p}@{Pair.DOMAIN}" for p in to], data)

    def wait(self, person, count, seconds=60):
        deadline = time.monotonic() + seconds
        while len(self.pair.mails(person)) < count:
            assert time.monotonic() < deadline, f"{person} has {len(self.pair.mails(person))} mails, not {count}"
            time.sleep(0.1)
        return [email.message_from_bytes(m, policy=email.policy.default) for m in self.pair.mails(person)]

    def sql(self, zone, text, *values):
        with sqlite3.connect(self.town.state / zone / "sekisho.db", timeout=20) as db:
            return db.execute(text, values).fetchall()

    def settle(self, seconds=60):
        """Until nothing is under way any more: neither at a mail server nor at a station."""
        deadline = time.monotonic() + seconds
        while True:
            # In the order in which a mail goes: what has left one place is seen in the next.
            left = (self.pair.outer.queue(),
                    self.sql("internet", "SELECT id, state FROM crossings WHERE mail = 1 AND state IN ('received', 'working', "
                             "'offered') UNION ALL SELECT e.crossing, 'untold' FROM envelopes e JOIN crossings c ON c.id = e.crossing "
                             "WHERE told = 0 AND c.state = 'refused'"),
                    self.sql("lgwan", "SELECT crossing FROM envelope_recipients WHERE state = 'waits'"),
                    self.pair.inner.queue())
            if not any(left):
                return
            assert time.monotonic() < deadline, left
            time.sleep(0.2)
