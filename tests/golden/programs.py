# SPDX-License-Identifier: Apache-2.0
"""programs.py: subprocess.run for disarm-one and verify-one, in one process each for the whole suite (batch.h).

A command that crashes ends that process: its status and what it said on stderr are the answer, as they are of a
program called alone, and the next command starts a new one. Words on stderr belong to the command behind which they
stand. At the end of the suite the processes are closed; one that then ends badly, as with memory that leaked, fails
the suite, whatever its lines say. SEKISHO_ALONE=1 starts one process a command: for finding which command leaks, and
in script/check, so that no command passes only by what one before it left.
"""
import atexit
import os
import select
import subprocess
import sys
import tempfile
import threading
import time

BATCHED = ("disarm-one", "verify-one")
END = b"\n\x1eend "
ALONE = bool(os.environ.get("SEKISHO_ALONE"))
processes = {}  # (process, thread, program): Process; they share none


class Process:
    def __init__(self, program):
        self.said = tempfile.TemporaryFile()
        self.child = subprocess.Popen([program, "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.said, bufsize=0)

    def stderr(self):
        """What was said since the last time. The child writes at the end of the file, whose place it shares."""
        end = os.fstat(self.said.fileno()).st_size
        data = os.pread(self.said.fileno(), end, 0)
        self.said.truncate(0)
        self.said.seek(0)
        return data

    def ask(self, command, timeout):
        """(status, stdout, stderr)"""
        until = None if timeout is None else time.monotonic() + timeout
        data = b""
        try:
            self.child.stdin.write(b"".join(os.fsencode(word) + b"\0" for word in command[1:]) + b"\0")
        except BrokenPipeError:
            pass
        while True:
            left = None if until is None else max(0, until - time.monotonic())
            if not select.select([self.child.stdout], [], [], left)[0]:
                self.child.kill()
                self.child.wait()
                raise subprocess.TimeoutExpired(command, timeout, data, self.stderr())
            piece = self.child.stdout.read(1 << 16)
            if not piece:
                return self.child.wait(), data, self.stderr()
            data += piece
            at = data.rfind(END) if data.endswith(b"\n") else -1
            if at >= 0:
                return int(data[at + len(END):]), data[:at], self.stderr()

    def close(self):
        """Whether it ended well."""
        if self.child.poll() is None:
            self.child.stdin.close()
            self.child.wait()
        said = self.stderr()
        if self.child.returncode == 0:
            return True
        print(f"# {self.child.args[0]} ended with {self.child.returncode} behind the last command")
        print("  # " + said.decode(errors="replace").replace("\n", "\n  # "), flush=True)
        return False


def run(command, *, capture_output=False, text=False, errors=None, timeout=None, check=False, **more):
    """As subprocess.run; always captures, so that what a batched program prints never mixes with the suite's lines."""
    command = [os.fspath(word) for word in command]
    if ALONE or more or os.path.basename(command[0]) not in BATCHED or "" in command:
        return subprocess.run(command, capture_output=capture_output, text=text, errors=errors, timeout=timeout, check=check, **more)
    key = os.getpid(), threading.get_ident(), command[0]
    process = processes.pop(key, None) or Process(command[0])
    status, out, err = process.ask(command, timeout)
    if process.child.returncode is None:
        processes[key] = process
    if text:
        out, err = (x.decode(errors=errors or "strict").replace("\r\n", "\n").replace("\r", "\n") for x in (out, err))
    done = subprocess.CompletedProcess(command, status, out, err)
    if check:
        done.check_returncode()
    return done


@atexit.register
def finish():
    if not all([process.close() for (pid, *_), process in processes.items() if pid == os.getpid()]):
        sys.stdout.flush()
        os._exit(1)
