# SPDX-License-Identifier: Apache-2.0
"""The manual pages tell the truth: every command has its page, with the options that `--help` prints and no others,
and the policy that sekisho-policy.conf(5) shows is right. Usage: man.py SEKISHO FOLDER"""
import os
import re
import subprocess
import sys
import tempfile

sekisho, folder = sys.argv[1:]
# The sanitized build tells of leaks at its end; here only what it prints counts.
environment = {**os.environ, "LANG": "C.UTF-8"}
cases = []


def run(*words):
    return subprocess.run([sekisho, *words], capture_output=True, text=True, env=environment)


def page(name):
    with open(os.path.join(folder, name + ".scd"), encoding="utf-8") as f:
        return f.read()


def options(text):
    return set(re.findall(r"--[a-z][a-z-]+", text)) - {"--help"}


def compare(name, help_text, page_text):
    told, written = options(help_text), options(page_text)
    cases.append((told == written, f"{name}: {sorted(told ^ written)} only in one of the two"))
    cases.append(("--help" in page_text, f"{name} has --help"))


overview = run("--help").stdout
commands = re.findall(r"^  ([a-z]+) +\S", overview, re.M)
cases.append((len(commands) >= 7, f"the overview lists {commands}"))
compare("sekisho", overview, page("sekisho.1").replace("--version", "").replace("*--json*", ""))
for command in commands:
    compare(command, run(command, "--help").stdout, page(f"sekisho-{command}.1"))
    cases.append((f"*sekisho-{command}*(1)" in page("sekisho.1"), f"sekisho(1) points to sekisho-{command}(1)"))
written = {name.split(".")[0] for name in os.listdir(folder) if name.endswith(".1.scd")}
cases.append((written == {"sekisho"} | {f"sekisho-{c}" for c in commands}, f"no page too many: {sorted(written)}"))

example = re.search(r"```\n(.*?)```", page("sekisho-policy.conf.5"), re.S)[1]
with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".conf") as f:
    f.write(example)
    f.flush()
    done = run("policy", "check", f.name)
    cases.append((done.returncode == 0, f"the policy shown is right: {done.stderr}"))

print(f"1..{len(cases)}")
for number, (good, what) in enumerate(cases, 1):
    print("ok" if good else "not ok", number, "-", what.replace("\n", " "))
