#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""fidelity.py SEKISHO CORPUS OUT [KIND…]: does a document look and read as before?

Every ordinary office file of the corpus goes through `sekisho disarm`; what came in and what came out are drawn by the
same LibreOffice, without a network, page by page, the first 40 of each. Pages are compared by SSIM (Wang et al. 2004, 8-bit grey, a flat
window of 7 × 7, 60 dpi), the text of these pages as pdftotext finds it, without its white space. OUT gets index.html with the
worst pages side by side; stdout one JSON object with the rows for docs/benchmarks.md.

Where something differs, it is asked why. Texts: do no more words differ than findings that change what is read can account for
(CHANGES_TEXT)? Pages: does the original look the same when it is drawn again (a date of today, random numbers)? If it does not, it
is left out of the comparison and counted. And where the format was converted: does what came out look as LibreOffice's own conversion?

Run by `script/bench fidelity` with Debian's interpreter, whose numpy and PIL it takes.
"""
import concurrent.futures
import csv
import difflib
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

REBUILT, CONVERTED = ("docx", "xlsx", "pptx", "odt", "ods", "odp"), ("doc", "xls", "ppt", "rtf", "xlsb")
# Findings that stand for text which is shown otherwise, or not at all; each counts its places.
CHANGES_TEXT = ("form-control", "activex", "drawing-text", "embedded-object", "external-image", "picture-replaced", "unsupported-picture",
                "external-formula", "active-formula", "unknown-formula", "xlm-macro", "dde-field", "active-field", "unknown-field", "hidden-text",
                "unsafe-hyperlink")
MARKS, RUN_MAX = "☐☑◯◉○●", 64  # what a control is drawn with; words in one place
NOT_ORDINARY = ("EncryptedPackage", "encrypted", "DOCTYPE", "duplicate-names", "not-a-zip", "no-content", "no-mimetype", "no-manifest",
                "mimetype-not-first", "not-parsable", "parse-issues", "INVALID")
EXPORTS = {"writer": ("docx", "docm", "odt", "fodt", "doc", "rtf", "dot", "ott"), "calc": ("xlsx", "xlsm", "xltx", "ods", "fods", "xls", "xlt", "xlsb", "ots"),
           "impress": ("pptx", "pptm", "ppsx", "ppsm", "odp", "fodp", "ppt", "pps", "otp")}
# LibreOffice makes a new document of a template, which it lays out by other defaults: a template is looked at as a document.
PLAIN = {".dotx": ".docx", ".dotm": ".docx", ".xltx": ".xlsx", ".xltm": ".xlsx", ".potx": ".pptx", ".potm": ".pptx", ".dot": ".doc",
         ".xlt": ".xls", ".pot": ".ppt", ".ott": ".odt", ".ots": ".ods", ".otp": ".odp"}
PAGES_MAX, DPI, ALIKE, WORST = 40, 60, 0.98, 24
# A Japanese office's settings: the fonts of numbers and the order of dates follow from them.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>ja-JP</value></prop></item>
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="DefaultLocale_CJK" oor:op="fuse"><value>ja-JP</value></prop></item>
</oor:items>
"""


# ---- drawing ----

def draw_batch(folder, files, seconds, convert=None):
    """PDFs beside the files, as far as LibreOffice makes them (or the format to convert to): no network, a profile of its own, macros
    off. Form controls are drawn as they are printed, not as fields of the PDF."""
    suffix = files[0].suffix.lstrip(".")
    export = next(name for name, kinds in EXPORTS.items() if suffix in kinds)
    pages = '{"PageRange":{"type":"string","value":"1-%d"},"ExportFormFields":{"type":"boolean","value":"false"}}' % PAGES_MAX
    with tempfile.TemporaryDirectory(prefix="sekisho-profile-") as profile:
        (pathlib.Path(profile) / "user").mkdir()
        (pathlib.Path(profile) / "user/registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        command = ["unshare", "--net", "--map-root-user", "soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--norestore",
                   "--convert-to", convert or f"pdf:{export}_pdf_Export:{pages}", "--outdir", str(folder), *map(str, files)]
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
    """Grey pages, at most PAGES_MAX, and the words."""
    for old in scratch.glob("p-*"):
        old.unlink()
    subprocess.run(["pdftoppm", "-gray", "-r", str(DPI), "-l", str(PAGES_MAX), pdf, scratch / "p"], check=False, stderr=subprocess.DEVNULL)
    pages = []
    for name in sorted(scratch.glob("p-*")):
        with Image.open(name) as picture:
            pages.append(numpy.asarray(picture.convert("L"), dtype=numpy.float64))
    text = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=False).stdout.decode("utf-8", "replace")
    return pages, text.split()


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
    before, words_before = pages_of(source_pdf, scratch)
    after, words_after = pages_of(target_pdf, scratch)
    scores = [ssim(a, b) for a, b in zip(before, after)]
    scores += [0.0] * abs(min(count_pages(source_pdf), PAGES_MAX) - min(count_pages(target_pdf), PAGES_MAX))
    same = "".join(words_before) == "".join(words_after)
    return {"scores": scores, "text": same, "words": None if same else (words_before, words_after),
            "lost": difference("".join(words_before), "".join(words_after)), "pages": (before, after)}


def named(before, after, counts):
    """Is every difference of two texts one that a finding names? Either the same characters in another order, but for the marks of
    form controls (cells whose link went are drawn at another time), or no more places that differ than findings of that sort count."""
    def bag(words):
        return sorted(c for c in "".join(words) if c not in MARKS)
    if ("form-control" in counts or "unsafe-hyperlink" in counts) and bag(before) == bag(after):
        return True
    places = [(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
              if tag != "equal"]
    return len(places) <= sum(counts.get(e, 0) for e in CHANGES_TEXT) and all(max(place) <= RUN_MAX for place in places)


def difference(a, b):
    """Where two texts part, for the person who looks into it."""
    if a == b:
        return ""
    start = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"{a[start:start + 24]} → {b[start:start + 24]}"


# ---- the whole ----

def ordinary(row):
    return row["state"] == "well-formed" and not any(w in row["contains"] or w in row["path"] for w in NOT_ORDINARY)


def kind_of(path):
    """The folder's name; what stands among the workbooks and is converted, by its ending."""
    return "xlsb" if path.endswith(".xlsb") else path.split("/")[0]


def disarm(sekisho, source, folder):
    run = subprocess.run([sekisho, "disarm", "--json", "--out", folder, source], capture_output=True, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        return {"result": "crash", "reason": run.stderr[-200:]}


def counts_of(answer):
    counts = {}
    for finding in answer.get("findings", []):
        counts[finding["element"]] = counts.get(finding["element"], 0) + max(finding.get("count", 1), 1)
    return counts


def differs(line):
    return min(line.get("scores", []), default=1) < ALIKE or not line.get("text", True)


def draw_again(lines, kind, sides, work):
    """The originals of the files that differ, drawn a second time; and, of old formats, LibreOffice's own conversion."""
    again, plain = work / f"{kind}-again", work / f"{kind}-plain"
    for folder in (again, plain):
        folder.mkdir()
    odd = [line for line in lines if line["outcome"] == "clean" and all(line["drawn"]) and differs(line)]
    for line in odd:
        source = next(f for f in sides["in"].glob(f"{line['number']:03}.*") if f.suffix != ".pdf")
        shutil.copyfile(source, again / source.name)
        target = next(f for f in sides["out"].glob(f"{line['number']:03}.*") if f.suffix != ".pdf")
        if kind in CONVERTED and target.suffix != ".pdf":
            draw_batch(plain, [source], 120, target.suffix[1:])
    for folder in (again, plain):
        draw_all(folder)
    for line in odd:
        stem = f"{line['number']:03}"
        before = sides["in"] / f"{stem}.pdf"
        if (again / f"{stem}.pdf").exists():
            second = compare(before, again / f"{stem}.pdf", work)
            line["unsteady"] = not second["text"] or min(second["scores"], default=1) < ALIKE
        if (plain / f"{stem}.pdf").exists():
            own = compare(plain / f"{stem}.pdf", sides["out"] / f"{stem}.pdf", work)
            line["own"] = sum(s >= ALIKE or t >= ALIKE for s, t in zip(line["scores"], own["scores"]))
            line["own_text"] = own["text"]


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
                "findings": sorted({f["element"] for f in answer.get("findings", [])}), "counts": counts_of(answer)}
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
            words = line.pop("words")
            line["named"] = words is None or named(*words, line["counts"])
        if line["outcome"] == "clean":
            keep_worst(line)
    draw_again(lines, kind, sides, work)
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
    both = [line for line in clean if all(line["drawn"]) and not line.get("unsteady")]
    scores = [s for line in both for s in line["scores"]]
    return {"kind": kind, "files": len(lines), "clean": len(clean), "drawn": len(both),
            "unsteady": sum(line.get("unsteady", False) for line in clean), "opens": sum(line["drawn"][1] for line in clean),
            "source_opens": sum(line["drawn"][0] for line in clean), "text": sum(line["text"] for line in both),
            "named": sum(line["named"] for line in both), "pages": len(scores), "alike": sum(s >= ALIKE for s in scores),
            "own": sum(line.get("own", sum(s >= ALIKE for s in line["scores"])) for line in both),
            "own_text": sum(line["named"] or line.get("own_text", False) for line in both)}


def main():
    sekisho, corpus, out, *kinds = sys.argv[1:]
    corpus, out = pathlib.Path(corpus), pathlib.Path(out)
    with open(corpus / "MANIFEST.tsv", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t") if ordinary(r)]
    everything, sums = [], []
    for kind in kinds or (*REBUILT, *CONVERTED):
        with tempfile.TemporaryDirectory(prefix="sekisho-fidelity-") as work:
            lines = run_kind(sekisho, corpus, kind, [r for r in rows if kind_of(r["path"]) == kind], pathlib.Path(work))
        sums.append(summary(kind, lines))
        everything += lines
        print(f"{kind}: {sums[-1]}", file=sys.stderr, flush=True)
    write_pictures(everything, out)
    files = [{"path": line["path"], "outcome": line["outcome"], "reason": line["reason"], "findings": line["findings"], "drawn": line["drawn"],
              "text": line.get("text"), "named": line.get("named"), "unsteady": line.get("unsteady", False),
              "own": line.get("own"), "own_text": line.get("own_text"), "lost": line.get("lost"), "pages": len(line.get("scores", [])),
              "worst": min(line.get("scores", []), default=None)} for line in everything]
    print(json.dumps({"kinds": sums, "files": files}, ensure_ascii=False))


if __name__ == "__main__":
    main()
