#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""mat2-warm.py RUNS FILE…: mat2's library in one process that has already loaded it: the peer without the start
of its interpreter. One JSON line a file, the median in milliseconds; null where mat2 does not take the file."""
import json
import logging
import os
import statistics
import sys
import tempfile
import time

from libmat2 import parser_factory

logging.disable(logging.CRITICAL)


def clean(path, out):
    start = time.perf_counter()
    parser, _ = parser_factory.get_parser(path)
    if parser is None:
        return None
    parser.output_filename = out
    if not parser.remove_all():
        return None
    return (time.perf_counter() - start) * 1e3


def main():
    runs = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        for path in sys.argv[2:]:
            times = []
            out = os.path.join(folder, "out" + os.path.splitext(path)[1])
            for _ in range(runs + 1):  # one more: the first warms up
                try:
                    times.append(clean(path, out))
                except Exception:  # whatever a peer throws, it does not take the file
                    times.append(None)
                if times[-1] is None:
                    break
            taken = None not in times
            print(json.dumps({"file": path, "ms": statistics.median(times[1:]) if taken else None}), flush=True)


main()
