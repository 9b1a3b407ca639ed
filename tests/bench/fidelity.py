#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""fidelity.py SEKISHO CORPUS OUT [KIND…]: does a document look and read as before?

Every ordinary office file of the corpus goes through `sekisho disarm`; what came in and what came out are drawn by the
same LibreOffice, without a network, page by page, the first 40 of each. Pages are compared by SSIM (Wang et al. 2004, 8-bit grey, a flat
window of 7 × 7, 60 dpi), the text of these pages as pdftotext finds it, without its white space. OUT gets index.html with the
worst pages side by side; stdout one JSON object with the rows for docs/benchmarks.md.

Run by `script/bench fidelity` with Debian's interpreter, whose numpy and PIL it takes.
"""
import concurrent.futures
import csv
import html
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image

REBUILT, CONVERTED = ("docx", "xlsx", "pptx", "odt", "ods", "odp"), ("doc", "xls", "ppt", "rtf")
NOT_ORDINARY = ("EncryptedPackage", "encrypted", "DOCTYPE", "duplicate-names", "not-a-zip", "no-content", "no-mimetype", "no-manifest",
                "mimetype-not-first", "not-parsable", "parse-issues", "INVALID")
EXPORTS = {"writer": ("docx", "docm", "odt", "fodt", "doc", "rtf", "dot", "ott"), "calc": ("xlsx", "xlsm", "xltx", "ods", "fods", "xls", "xlt", "xlsb", "ots"),
           "impress": ("pptx", "pptm", "ppsx", "ppsm", "odp", "fodp", "ppt", "pps", "otp")}
# LibreOffice makes a new document of a template, which it lays out by other defaults: a template is looked at as a document.
PLAIN = {".dotx": ".docx", ".dotm": ".docx", ".xltx": ".xlsx", ".xltm": ".xlsx", ".potx": ".pptx", ".potm": ".pptx", ".dot": ".doc",
         ".xlt": ".xls", ".pot": ".ppt", ".ott": ".odt", ".ots": ".ods", ".otp": ".odp"}
PAGES_MAX, DPI, ALIKE, WORST = 40, 60, 0.98, 24


# ---- drawing ----

def draw_batch(folder, files, seconds):
    """PDFs beside the files, as far as LibreOffice makes them: no network, a profile of its own, macros off."""
    suffix = files[0].suffix.lstrip(".")
    export = next(name for name, kinds in EXPORTS.items() if suffix in kinds)
    pages = '{"PageRange":{"type":"string","value":"1-%d"},"ExportFormFields":{"type":"boolean","value":"false"}}' % PAGES_MAX
    with tempfile.TemporaryDirectory(prefix="sekisho-profile-") as profile:
        command = ["unshare", "--net", "--map-root-user", "soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
                   "--convert-to", f"pdf:{export}_pdf_Export:{pages}", "--outdir", str(folder), *map(str, files)]
        try:
            subprocess.run(command, timeout=seconds, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        except subprocess.TimeoutExpired:
            pass


def draw_all(folder):
    files = sorted(f for f in folder.iterdir() if f.suffix != ".pdf")
    chunks = [files[i:i + 8] for i in range(0, len(files), 8)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda c: draw_batch(folder, c, 300), chunks))
        left = [f for f in files if not f.with_suffix(".pdf").exists()]
        list(pool.map(lambda f: draw_batch(folder, [f], 120), left))


def pages_of(pdf, scratch):
    """Grey pages, at most PAGES_MAX, and the text without white space."""
    for old in scratch.glob("p-*"):
        old.unlink()
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), "-l", str(PAGES_MAX), pdf, scratch / "p"], check=False, stderr=subprocess.DEVNULL)
    pages = []
    for name in sorted(scratch.glob("p-*")):
        with Image.open(name) as picture:
            pages.append(numpy.asarray(picture.convert("L"), dtype=numpy.float64))
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=False).stdout.decode("utf-8", "replace")
    return pages, "".join(text.split())


def count_pages(pdf):
    out = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=False).stdout
    return next((int(line.split()[1]) for line in out.splitlines() if line.startswith("Pages:")), 0)


# ---- comparing ----

def window_mean(a, n=7):
    sums = numpy.pad(a, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    return (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / (n * n)


def ssim(a, b):
    if a.shape != b.shape:
        if abs(a.shape[0] - b.shape[0]) > 1 or abs(a.shape[1] - b.shape[1]) > 1:
            return 0.0
        high, wide = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
        a, b = a[:high, :wide], b[:high, :wide]
    if min(a.shape) < 8:
        return float((a == b).all())
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ma, mb = window_mean(a), window_mean(b)
    va, vb, vab = window_mean(a * a) - ma * ma, window_mean(b * b) - mb * mb, window_mean(a * b) - ma * mb
    return float((((2 * ma * mb + c1) * (2 * vab + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2))).mean())


def compare(source_pdf, target_pdf, scratch):
    before, text_before = pages_of(source_pdf, scratch)
    after, text_after = pages_of(target_pdf, scratch)
    scores = [ssim(a, b) for a, b in zip(before, after)]
    scores += [0.0] * abs(min(count_pages(source_pdf), PAGES_MAX) - min(count_pages(target_pdf), PAGES_MAX))
    return {"scores": scores, "text": text_before == text_after, "lost": difference(text_before, text_after),
            "pages": (before, after)}


def difference(a, b):
    """Where two texts part, for the person who looks into it."""
    if a == b:
        return ""
    start = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"{a[start:start + 24]} → {b[start:start + 24]}"


# ---- the whole ----

def ordinary(row):
    return row["state"] == "well-formed" and not any(w in row["contains"] or w in row["path"] for w in NOT_ORDINARY)


def disarm(sekisho, source, folder):
    run = subprocess.run([sekisho, "disarm", "--json", "--out", folder, source], capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        return {"result": "crash", "reason": run.stderr[-200:]}


def run_kind(sekisho, corpus, kind, rows, work):
    """One line a file: {path, outcome, findings, scores, text}"""
    sides = {side: work / f"{kind}-{side}" for side in ("in", "out")}
    made, lines = work / "made", []
    for folder in (*sides.values(), made):
        folder.mkdir(exist_ok=True)
    for number, row in enumerate(rows):
        source = corpus / row["path"]
        answer = disarm(sekisho, source, made)
        line = {"path": row["path"], "outcome": answer.get("result"), "reason": answer.get("reason"), "number": number,
                "findings": sorted({f["element"] for f in answer.get("findings", [])})}
        for output in made.iterdir():
            if line["outcome"] == "clean":
                suffix = source.suffix.lower()
                shutil.copyfile(source, sides["in"] / f"{number:03}{PLAIN.get(suffix, suffix)}")
                output.rename(sides["out"] / f"{number:03}{output.suffix}")
            else:
                output.unlink()
        lines.append(line)
    for folder in sides.values():
        draw_all(folder)
    for line in lines:
        pdfs = [sides[s] / f"{line['number']:03}.pdf" for s in ("in", "out")]
        line["drawn"] = [p.exists() for p in pdfs]
        if all(line["drawn"]):
            line |= compare(*pdfs, work)
        if line["outcome"] == "clean":
            keep_worst(line)
    return lines


def keep_worst(line):
    """Of each file one pair of pages, the least alike: the others would not fit into memory."""
    before, after = line.pop("pages", ([], []))
    scores = line.get("scores", [])
    worst = min(range(min(len(before), len(after))), key=lambda i: scores[i], default=None)
    if worst is not None and scores[worst] < ALIKE:
        line["worst"] = (scores[worst], worst + 1, before[worst], after[worst])


def write_pictures(lines, out):
    out.mkdir(parents=True, exist_ok=True)
    worst = sorted((line for line in lines if "worst" in line), key=lambda line: line["worst"][0])[:WORST]
    body = []
    for number, line in enumerate(worst):
        score, page, *pair = line["worst"]
        for side, pixels in zip(("before", "after"), pair):
            Image.fromarray(pixels.astype("uint8")).save(out / f"{number:02}-{side}.png", optimize=True)
        body.append(f"<h2>{html.escape(line['path'])}, page {page}: {score:.3f}</h2><p>{html.escape(', '.join(line['findings']))}</p>"
                    f"<img src='{number:02}-before.png'> <img src='{number:02}-after.png'>")
    (out / "index.html").write_text("<!doctype html><meta charset=utf-8><title>Fidelity: the worst pages</title>"
                                    "<style>body{font-family:sans-serif}img{border:1px solid #888;max-width:48%}</style>"
                                    "<h1>The worst page of each file, before and after</h1>" + "".join(body), encoding="utf-8")


def summary(kind, lines):
    clean = [line for line in lines if line["outcome"] == "clean"]
    both = [line for line in clean if all(line["drawn"])]
    scores = [s for line in both for s in line["scores"]]
    return {"kind": kind, "files": len(lines), "clean": len(clean), "drawn": len(both), "opens": sum(line["drawn"][1] for line in clean),
            "source_opens": sum(line["drawn"][0] for line in clean), "text": sum(line["text"] for line in both), "pages": len(scores),
            "alike": sum(s >= ALIKE for s in scores)}


def main():
    sekisho, corpus, out, *kinds = sys.argv[1:]
    corpus, out = pathlib.Path(corpus), pathlib.Path(out)
    with open(corpus / "MANIFEST.tsv", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if ordinary(r)]
    everything, sums = [], []
    for kind in kinds or (*REBUILT, *CONVERTED):
        with tempfile.TemporaryDirectory(prefix="sekisho-fidelity-") as work:
            lines = run_kind(sekisho, corpus, kind, [r for r in rows if r["path"].startswith(kind + "/")], pathlib.Path(work))
        sums.append(summary(kind, lines))
        everything += lines
        print(f"{kind}: {sums[-1]}", file=sys.stderr, flush=True)
    write_pictures(everything, out)
    files = [{"path": line["path"], "outcome": line["outcome"], "reason": line["reason"], "findings": line["findings"], "drawn": line["drawn"],
              "text": line.get("text"), "lost": line.get("lost"), "pages": len(line.get("scores", [])),
              "worst": min(line.get("scores", []), default=None)} for line in everything]
    print(json.dumps({"kinds": sums, "files": files}, ensure_ascii=False))


main()
