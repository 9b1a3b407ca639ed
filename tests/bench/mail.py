#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mail.py [COUNT]: how many mails a second come through the gate: real Postfix on both sides, a whole town between them,
every one on disk at each station. Prints one JSON object a kind of mail."""
import email.policy
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e" / "lib"))
from mailtown import FROM, MailTown
from postfix import Pair

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 200
TEXT = "いつもお世話になっております。下記のとおりご連絡いたします。\n" * 40


def small():
    return TEXT, None, None


def large():
    """About 88 KB: Japanese text, a web page of it, an attachment of 60 KB."""
    return TEXT, "<p>" + TEXT.replace("\n", "</p>\n<p>") + "</p>", os.urandom(60_000)


def message(parts):
    text, html, attachment = parts
    out = EmailMessage()
    out["From"], out["To"], out["Subject"] = f"差出人 <{FROM}>", f"taro@{Pair.DOMAIN}", "ご連絡"
    out["Date"], out["Message-ID"] = "Tue, 24 Nov 2026 10:00:00 +0900", "<bench@partner.example.com>"
    out.set_content(text)
    if html:
        out.add_alternative(html, subtype="html")
    if attachment:
        out.add_attachment(attachment, maintype="application", subtype="octet-stream", filename="資料.bin")
    return out.as_bytes(policy=email.policy.SMTP)


def send(port, data):
    with tempfile.NamedTemporaryFile() as f:
        f.write(data.replace(b"\r\n", b"\n"))
        f.flush()
        subprocess.run(["smtp-source", "-s", "4", "-m", str(COUNT), "-F", f.name, "-f", FROM, "-t", f"taro@{Pair.DOMAIN}",
                        f"127.0.0.1:{port}"], check=True)


def measure(kind, parts):
    with MailTown() as town:
        data = message(parts())
        began = time.monotonic()
        send(town.pair.port, data)
        sent = time.monotonic()
        box = town.pair.boxes / "taro" / "new"
        while not box.is_dir() or len(os.listdir(box)) < COUNT:
            assert time.monotonic() - began < 600, "they do not come"
            time.sleep(0.02)
        whole = time.monotonic() - began
        print(json.dumps({"mail": kind, "bytes": len(data), "count": COUNT, "outer_per_second": round(COUNT / (sent - began), 1),
                          "through_per_second": round(COUNT / whole, 1)}), flush=True)


if __name__ == "__main__":
    measure("small", small)
    measure("large", large)
