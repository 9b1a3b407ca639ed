#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""fidelity_pdf.py SEKISHO CORPUS OUT: do PDFs look and read as before, and pictures?

Every ordinary PDF of the corpus goes through `sekisho disarm`, and so do PDFs as offices make them: LibreOffice's of office documents of the corpus (ten of each
format) and img2pdf's of its pictures, where these programs are installed. Pages before and after, the first 40 of each, are drawn by two renderers,
poppler and MuPDF (a test tool only), at 60 dpi in grey, and compared by SSIM as in fidelity.py; so is the text that pdftotext finds, without its white
space. Pictures are decoded by Pillow before and after, upright, over white, and compared by PSNR; the lossless kinds must be equal, where 16 bits
have become 8. OUT gets index.html with the worst pages; stdout one JSON object.

Run by `script/bench fidelity-pdf` with Debian's interpreter, whose numpy and PIL it takes.
"""
import csv
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageOps, ImageSequence

import fidelity

Image.MAX_IMAGE_PIXELS = None
ALIKE, PSNR_LEAST, EACH = 0.99, 40.0, 10
PICTURES, LOSSY = ("png", "jpeg", "gif", "webp", "tiff", "bmp"), ("jpeg",)
# What the manifest says of a file that is no ordinary one, or that disarming changes on purpose.
# By Pillow 9.4: its RLE4 is not that of the format; it paints what no frame of a GIF covers, which browsers leave transparent.
MISREAD = ("pal4rle", "metadata-empty")
NOT_ORDINARY = ("Encrypt", "truncated", "not-a-png", "xref-damaged", "broken")


def ordinary(row):
    return row["state"] == "well-formed" and not any(word in row["contains"] for word in NOT_ORDINARY)


# ---- PDF ----

def draw(renderer, pdf, scratch):
    for old in scratch.glob("p-*"):
        old.unlink()
    if renderer == "poppler":
        command = ["pdftoppm", "-gray", "-r", str(fidelity.DPI), "-l", str(fidelity.PAGES_MAX), pdf, scratch / "p"]
    else:
        command = ["mutool", "draw", "-q", "-c", "gray", "-r", str(fidelity.DPI), "-F", "pgm", "-o", f"{scratch}/p-%04d.pgm", pdf, f"1-{fidelity.PAGES_MAX}"]
    try:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
    except subprocess.TimeoutExpired:
        return []
    pages = []
    for name in sorted(scratch.glob("p-*")):
        with Image.open(name) as picture:
            pages.append(numpy.asarray(picture.convert("L"), dtype=numpy.float64))
    return pages


def words_of(pdf):
    out = subprocess.run(["pdftotext", "-raw", pdf, "-"], capture_output=True, check=False).stdout
    return "".join(out.decode("utf-8", "replace").split())


def compare_pdf(source, target, scratch):
    """Scores by renderer, the text, and the worst pair of pages."""
    line = {"scores": {}, "worst": None}
    for renderer in ("poppler", "mupdf"):
        before, after = draw(renderer, source, scratch), draw(renderer, target, scratch)
        scores = [fidelity.ssim(a, b) for a, b in zip(before, after)]
        scores += [0.0] * (max(len(before), len(after)) - len(scores))
        if not before:
            continue  # what it cannot draw says nothing
        line["scores"][renderer] = scores
        worst = min(range(min(len(before), len(after))), key=lambda i: scores[i], default=None)
        if worst is not None and scores[worst] < ALIKE and (line["worst"] is None or scores[worst] < line["worst"][0]):
            line["worst"] = (scores[worst], worst + 1, before[worst], after[worst])
    a, b = words_of(source), words_of(target)
    return line | {"text": a == b, "lost": fidelity.difference(a, b)}


def offices_own(corpus, rows, folder):
    """PDFs that LibreOffice and img2pdf make: (what of, where)."""
    names = {}
    for kind in fidelity.REBUILT if shutil.which("soffice") else ():
        some = [row["path"] for row in rows if row["path"].startswith(kind + "/")]
        for path in some[::max(1, len(some) // EACH)][:EACH]:
            copy = folder / f"{len(names):03}{pathlib.Path(path).suffix}"
            shutil.copyfile(corpus / path, copy)
            names[copy.stem] = path
    if names:
        fidelity.draw_all(folder)
    pictures = [row["path"] for row in rows if row["path"].split("/")[0] in ("png", "jpeg", "tiff")]
    for path in pictures if shutil.which("img2pdf") else ():
        stem = f"{len(names):03}"
        subprocess.run(["img2pdf", "--rotation=ifvalid", "-o", folder / f"{stem}.pdf", corpus / path], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       timeout=60)
        names[stem] = path
    return [(f"{path} as PDF", folder / f"{stem}.pdf") for stem, path in names.items() if (folder / f"{stem}.pdf").exists() and (folder / f"{stem}.pdf").stat().st_size]


def run_pdf(sekisho, sources, work):
    lines, made = [], work / "made"
    made.mkdir(exist_ok=True)
    for name, source in sources:
        answer = fidelity.disarm(sekisho, source, made)
        line = {"path": name, "outcome": answer.get("result"), "reason": answer.get("reason"), "level": answer.get("level"),
                "findings": sorted({f["element"] for f in answer.get("findings", [])}),
                "drawn": sum(f.get("count", 1) for f in answer.get("findings", []) if f["element"] == "pdf-drawn")}
        for output in made.iterdir():
            if line["outcome"] == "clean":
                line |= compare_pdf(source, output, work)
            output.unlink()
        lines.append(line)
        print(name, line["outcome"], line["drawn"], {k: round(min(v), 3) for k, v in line.get("scores", {}).items()}, line.get("text"),
              file=sys.stderr, flush=True)
    return lines


# ---- pictures ----

def frames(path):
    """All frames upright, as RGB over white."""
    with Image.open(path) as picture:
        out = []
        for frame in ImageSequence.Iterator(picture):
            if frame.mode.startswith("I;16") or frame.mode == "I":
                array = numpy.asarray(frame, dtype=numpy.float64)
                frame = Image.fromarray((array / 257 if array.max(initial=0) > 255 else array).round().astype("uint8"))
            upright = frame if picture.format == "TIFF" else ImageOps.exif_transpose(frame) or frame  # Pillow turns TIFF itself
            rgba = upright.convert("RGBA")
            white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
            out.append(numpy.asarray(Image.alpha_composite(white, rgba).convert("RGB"), dtype=numpy.float64))
        return out


def is_jpeg_inside(path):
    """Decoders differ about colours that pixels share, and about CMYK."""
    with Image.open(path) as picture:
        return picture.format == "TIFF" and "jpeg" in str(picture.info.get("compression", ""))


def psnr(a, b):
    if a.shape != b.shape:
        return 0.0
    error = float(((a - b) ** 2).mean())
    return 99.0 if error == 0 else min(99.0, 10 * float(numpy.log10(255 * 255 / error)))


def run_pictures(sekisho, corpus, rows, work):
    lines, made = [], work / "made"
    made.mkdir(exist_ok=True)
    for row in rows:
        source = corpus / row["path"]
        answer = fidelity.disarm(sekisho, source, made)
        line = {"path": row["path"], "kind": row["path"].split("/")[0], "outcome": answer.get("result"), "reason": answer.get("reason"), "psnr": None,
                "findings": sorted({f["element"] for f in answer.get("findings", [])})}
        for output in made.iterdir():
            try:
                before, after = frames(source), frames(output)
                line["psnr"] = min(psnr(a, b) for a, b in zip(before, after))
                line["lossy"] = line["kind"] in LOSSY or is_jpeg_inside(source)
                line["frames"] = [len(before), len(after)]
            except (OSError, ValueError, SyntaxError) as why:
                line["unread"] = str(why)
            output.unlink()
        if any(word in row["path"] for word in MISREAD):
            line["psnr"] = None
        lines.append(line)
    return lines


# ---- together ----

def main():
    sekisho, corpus, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    with open(corpus / "MANIFEST.tsv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if ordinary(row)]
    with tempfile.TemporaryDirectory(prefix="sekisho-fidelity-") as work:
        with open(corpus / "MANIFEST.tsv", encoding="utf-8") as file:
            plain = [row for row in csv.DictReader(file, delimiter="\t") if fidelity.ordinary(row)]
        own = pathlib.Path(work) / "own"
        own.mkdir()
        pdfs = run_pdf(sekisho, [(r["path"], corpus / r["path"]) for r in rows if r["path"].startswith("pdf/")] + offices_own(corpus, plain, own),
                       pathlib.Path(work))
        pictures = run_pictures(sekisho, corpus, [r for r in rows if r["path"].split("/")[0] in PICTURES], pathlib.Path(work))
    shown = [line for line in pdfs if line.get("worst")]
    fidelity.write_pictures(shown, out)
    for line in pdfs:
        worst = line.pop("worst", None)
        line["page"] = None if worst is None else worst[1]
    sums = {}
    for renderer in ("poppler", "mupdf"):
        scores = [s for line in pdfs for s in line.get("scores", {}).get(renderer, [])]
        sums[renderer] = {"pages": len(scores), "alike": sum(s >= ALIKE for s in scores)}
    clean = [line for line in pdfs if line["outcome"] == "clean"]
    seen = [line for line in pictures if line["psnr"] is not None]
    good = [line for line in seen if line["psnr"] >= (PSNR_LEAST if line["lossy"] else 99.0)]
    print(json.dumps({"renderers": sums, "pdf": {"files": len(pdfs), "clean": len(clean), "text": sum(line["text"] for line in clean)},
                      "pictures": {"files": len(pictures), "clean": sum(line["outcome"] == "clean" for line in pictures), "compared": len(seen),
                                   "good": len(good)},
                      "pdfs": pdfs, "others": pictures}, ensure_ascii=False))


if __name__ == "__main__":
    main()
