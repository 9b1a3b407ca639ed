#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py [NAME…]: runs the benches (all, or the named ones) on the release build and writes docs/benchmarks.md.

Called by script/bench, which installs the peers first. Ours and the peer take turns, round by round; each figure is
a median. What was measured is kept in build/bench-results.json, so that a bench run alone renews its own section only.
"""
import datetime
import glob
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

ROUNDS = 5
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BENCH = os.path.join(ROOT, "build", "tests", "bench")
GOLDEN = os.path.join(ROOT, "build", "tests", "golden")
RESULTS = os.path.join(ROOT, "build", "bench-results.json")
DOCUMENT = os.path.join(ROOT, "docs", "benchmarks.md")
CORPUS = os.environ.get("SEKISHO_CORPUS") or os.path.join(ROOT, "..", "shared", "corpus")
PACKAGES = ("gcc", "ferm", "nftables", "libpng16-16", "libjpeg62-turbo", "libturbojpeg0", "zlib1g", "libisal2", "libdeflate0", "libpoppler-glib8",
            "libcairo2", "libsqlite3-0", "libssl3", "mat2", "img2pdf", "poppler-utils", "unzip", "zip")


class LeftOut(Exception):
    """Why a bench cannot run here."""


# ---- running and counting ----

def json_lines(*command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def pipeline(runs, level, files):
    """Disarm and verify in warm workers: {file: line}."""
    return {line["file"]: line for line in json_lines(os.path.join(BENCH, "bench-pipeline"), str(runs), level, *files)}


def cost(command, cwd=None):
    """(wall ms, CPU ms, peak MB, exit status) of a command and what it started."""
    start = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return ((time.perf_counter() - start) * 1e3, (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024,
            child.returncode)


def median_by_file(rounds):
    return {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}


def corpus(folder, *endings):
    files = sorted(f for f in glob.glob(os.path.join(CORPUS, folder, "*")) if f.lower().endswith(endings))
    if not files:
        raise LeftOut("there is no corpus here (SEKISHO_CORPUS)")
    return files


def row(what, bar, figure, value, limit, at_least, kind="bar"):
    """A line of the summary; a miss says by how much."""
    met = value >= limit if at_least else value <= limit
    miss = "" if met else f" ({abs(value - limit) / (limit or 1) * 100:.0f} % off)"
    return {"what": what, "bar": f"{bar} ({kind})", "figure": figure, "met": ("met" if met else "**missed**") + miss}


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join(lines + ["| " + " | ".join(str(c) for c in r) + " |" for r in rows])


# ---- the benches: each gives (rows of the summary, text of its section) ----

def bench_text(work):
    path = os.path.join(work, "empty.txt")
    open(path, "w").close()
    rounds = [pipeline(101, "rebuilt", [path])[path] for _ in range(ROUNDS)]
    disarm = statistics.median(r["disarm_ms"] for r in rounds)
    verify = statistics.median(r["verify_ms"] for r in rounds)
    text = (f"`bench-pipeline 101 rebuilt empty.txt`, {ROUNDS} times: what one crossing costs before its content does. "
            f"Disarm {disarm:.2f} ms, verify {verify:.2f} ms: each forks a worker that closes the sandbox around itself.")
    return [row("Empty text, disarm and verify", "< 3 ms", f"{disarm + verify:.2f} ms", disarm + verify, 3, False,
                "target")], text


def mat2_round(files, folder):
    """Wall milliseconds of each file that mat2 takes."""
    taken = {}
    for number, path in enumerate(files):
        ending = os.path.splitext(path)[1].lower()
        copy, cleaned = (os.path.join(folder, f"{number}{x}{ending}") for x in ("", ".cleaned"))
        shutil.copyfile(path, copy)
        wall, _, _, status = cost(["mat2", copy])
        if status == 0 and os.path.exists(cleaned):
            taken[path] = wall
            os.remove(cleaned)
    return taken


def against_mat2(work, files):
    """(mat2's time for ours in sum, our milliseconds by file, the section's text) of the files that both take."""
    # Debian's own interpreter: mat2's package belongs to it, whatever python3 comes first on the path.
    warm = {line["file"]: line["ms"]
            for line in json_lines("/usr/bin/python3", os.path.join(ROOT, "tests/bench/mat2-warm.py"), str(ROUNDS), *files)}
    first = pipeline(1, "rebuilt", files)
    peers = mat2_round(files, work)
    both = [f for f in files if f in peers and first[f]["outcome"] == "clean" and warm[f] is not None]
    ours, mat2 = [], []
    for _ in range(ROUNDS):
        mat2.append({f: ms for f, ms in mat2_round(both, work).items()})
        ours.append({f: line["disarm_ms"] + line["verify_ms"] for f, line in pipeline(5, "rebuilt", both).items()})
    us, them = median_by_file(ours), median_by_file(mat2)
    total = sum(them.values()) / sum(us.values())
    in_process = sum(warm[f] for f in both) / sum(us.values())
    each = sorted((them[f] / us[f], f) for f in both)
    rows = [[os.path.basename(f), os.path.getsize(f) // 1000, f"{us[f]:.1f}", f"{them[f]:.0f}", f"{ratio:.0f} ×",
             f"{warm[f]:.0f}"] for ratio, f in each]
    text = (f"`bench-pipeline 5 rebuilt FILE…` and `mat2 FILE`, in turn, {ROUNDS} rounds, wall time, on the {len(both)} "
            f"of {len(files)} corpus files that both take. mat2 is the command as people run it, with the start of its "
            f"interpreter; beside it stands its library in a process that has loaded it already "
            f"(`tests/bench/mat2-warm.py`): {in_process:.1f} × ours in sum. Middle of the files, against the command: "
            f"{statistics.median(r for r, _ in each):.0f} ×; worst: {each[0][0]:.1f} ×. What the two do differs: mat2 takes metadata out "
            "of a package, Sekisho writes every part anew from an allow-list and proves the result.\n\n" +
            table(["file", "KB", "ours, ms", "mat2, ms", "ratio", "mat2's library, ms"], rows))
    return total, us, text


def bench_xlsx(work):
    total, us, text = against_mat2(work, corpus("xlsx", ".xlsx"))
    middle = statistics.median(us.values())
    return [row("xlsx, against the command mat2 (sum of the corpus)", "≥ 20 ×", f"{total:.1f} ×", total, 20, True),
            row("xlsx, median of the corpus, disarm and verify", "< 50 ms", f"{middle:.1f} ms", middle, 50, False)], text


def bench_docx(work):
    total, us, text = against_mat2(work, corpus("docx", ".docx"))
    summary = [row("docx, against the command mat2 (sum of the corpus)", "≥ 20 ×", f"{total:.1f} ×", total, 20, True)]
    near = [us[f] for f in us if 50_000 <= os.path.getsize(f) <= 150_000]
    if near:
        summary.append(row("docx of 50 to 150 KB, the slowest", "100 KB < 20 ms", f"{max(near):.1f} ms", max(near), 20,
                           False, "target"))
    return summary, text


def bench_odf(work):
    files = [f for kind in ("odt", "ods", "odp") for f in corpus(kind, "." + kind)]
    total, us, text = against_mat2(work, files)
    middle = statistics.median(us.values())
    return [row("OpenDocument, against the command mat2 (sum of the corpus)", "≥ 20 ×", f"{total:.1f} ×", total, 20, True),
            row("OpenDocument, the middle file, disarm and verify", "< 30 ms", f"{middle:.1f} ms", middle, 30, False, "target")], text


def bench_pptx(work):
    total, us, text = against_mat2(work, corpus("pptx", ".pptx"))
    middle = statistics.median(us.values())
    return [row("pptx, against the command mat2 (sum of the corpus)", "≥ 20 ×", f"{total:.1f} ×", total, 20, True),
            row("pptx, the middle file, disarm and verify", "< 30 ms", f"{middle:.1f} ms", middle, 30, False, "target")], text


HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/"
TYPES = (HEAD + f'<Types xmlns="{OFFICE}package/2006/content-types"><Default Extension="rels" ContentType='
         '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
         '"application/xml"/><Override PartName="/word/document.xml" ContentType='
         '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
RELATIONS = (HEAD + f'<Relationships xmlns="{OFFICE}package/2006/relationships"><Relationship Id="rId1" Type='
             f'"{OFFICE}officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
WORDS = "令和 年度 予算 執行 別紙 通知 住民 課長 申請 交付 要綱 補助 事業 計画 委員 会議".split()


def make_docx(path, size):
    """A docx of about @size bytes, nearly all of it one XML part. Blocks repeat far outside deflate's window."""
    rand = random.Random(1)

    def paragraph():
        words = "".join(rand.choice(WORDS) for _ in range(12)) + f"{rand.getrandbits(48):x}"
        return ('<w:p><w:pPr><w:jc w:val="both"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/><w:sz w:val="'
                f'{rand.randrange(20, 25)}"/></w:rPr><w:t>{words}</w:t></w:r></w:p>')

    block = "".join(paragraph() for _ in range(4000)).encode()
    times = size // len(zlib.compress(block, 6))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELATIONS)
        with package.open("word/document.xml", "w") as part:
            part.write((HEAD + f'<w:document xmlns:w="{OFFICE}wordprocessingml/2006/main"><w:body>').encode())
            for _ in range(times):
                part.write(block)
            part.write(b"</w:body></w:document>")
    return times * len(block)


SHEET_TYPES = TYPES.replace("/word/document.xml", "/xl/workbook.xml").replace("wordprocessingml.document.main", "spreadsheetml.sheet.main").replace(
    "</Types>", "".join(f'<Override PartName="/xl/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
                        for name, kind in (("sheet", "worksheet"), ("styles", "styles"), ("strings", "sharedStrings"))) + "</Types>")
SHEET_RELATIONS = HEAD + f'<Relationships xmlns="{OFFICE}package/2006/relationships">' + "".join(
    f'<Relationship Id="{name}" Type="{OFFICE}officeDocument/2006/relationships/{kind}" Target="{name}.xml"/>'
    for name, kind in (("sheet", "worksheet"), ("styles", "styles"), ("strings", "sharedStrings"))) + "</Relationships>"


def make_xlsx(path, rows):
    """A workbook of one sheet of @rows rows and 20 columns: numbers, shared strings, formulas with their values."""
    rand = random.Random(1)
    main = f'xmlns="{OFFICE}spreadsheetml/2006/main"'
    letters = "ABCDEFGHIJKLMNOPQRST"
    expanded = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        package.writestr("[Content_Types].xml", SHEET_TYPES)
        package.writestr("_rels/.rels", RELATIONS.replace("word/document.xml", "xl/workbook.xml"))
        package.writestr("xl/_rels/workbook.xml.rels", SHEET_RELATIONS)
        package.writestr("xl/workbook.xml", HEAD + f'<workbook {main} xmlns:r="{OFFICE}officeDocument/2006/relationships"><sheets>'
                         '<sheet name="Data" sheetId="1" r:id="sheet"/></sheets></workbook>')
        package.writestr("xl/styles.xml", HEAD + f"<styleSheet {main}><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
                         "<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/><xf/><xf/><xf/></cellXfs></styleSheet>")
        package.writestr("xl/strings.xml", HEAD + f"<sst {main}>" + "".join(
            f"<si><t>{rand.choice(WORDS)}{rand.choice(WORDS)}{i}</t></si>" for i in range(20000)) + "</sst>")
        with package.open("xl/sheet.xml", "w") as part:
            def put(text):
                nonlocal expanded
                expanded += part.write(text.encode())
            put(HEAD + f"<worksheet {main}><sheetData>")
            for r in range(1, rows + 1):
                cells = [f'<row r="{r}" spans="1:20">']
                for i, letter in enumerate(letters):
                    if i % 5 == 0:
                        cells.append(f'<c r="{letter}{r}" s="1" t="s"><v>{r * (i + 1) % 700 if i else r % 20000}</v></c>')
                    elif i % 5 == 4:
                        cells.append(f'<c r="{letter}{r}" s="2"><f>SUM(B{r}:D{r})*1.1</f><v>{r * i % 10000 / 10}</v></c>')
                    else:
                        cells.append(f'<c r="{letter}{r}" s="3"><v>{r * (i + 3) % 1000}</v></c>')
                put("".join(cells) + "</row>")
            put("</sheetData></worksheet>")
    return expanded


def bench_docx_large(work):
    return bench_large(work, "docx", lambda path: make_docx(path, 20_000_000))


def bench_xlsx_large(work):
    return bench_large(work, "xlsx", lambda path: make_xlsx(path, 300_000))


def bench_large(work, kind, make):
    path, out = os.path.join(work, f"large.{kind}"), os.path.join(work, f"out.{kind}")
    expanded = make(path)
    ours, peers, memory = [], [], []
    for _ in range(ROUNDS):
        disarm = cost([os.path.join(GOLDEN, "disarm-one"), path, out])
        verify = cost([os.path.join(GOLDEN, "verify-one"), kind, out])
        if disarm[3] != 0 or verify[3] != 0:
            raise LeftOut(f"the generated {kind} was refused")
        folder = os.path.join(work, "unzipped")
        unzip = cost(["unzip", "-q", path, "-d", folder])
        packed = cost(["zip", "-q", "-6", "-r", os.path.join(work, "again.zip"), "."], cwd=folder)
        shutil.rmtree(folder)
        os.remove(os.path.join(work, "again.zip"))
        ours.append(disarm[1] + verify[1])
        peers.append((unzip[1], packed[1]))
        memory.append((disarm[2], verify[2]))
    warm = pipeline(1, "rebuilt", [path])[path]
    us, them = statistics.median(ours), statistics.median(sum(p) for p in peers)
    disarm_mb, verify_mb = max(m[0] for m in memory), max(m[1] for m in memory)
    text = (f"A generated {kind} of {os.path.getsize(path) / 1e6:.1f} MB with {expanded / 1e6:.0f} MB of XML. CPU time (user and system) of "
            f"`disarm-one large.{kind} out.{kind}` and `verify-one {kind} out.{kind}`, the workers' code in a process of its own, with "
            f"reading and writing the file: {us / 1e3:.2f} s; of `unzip -q` and `zip -q -6 -r`: {them / 1e3:.2f} s (unzip "
            f"{statistics.median(p[0] for p in peers) / 1e3:.2f}, zip {statistics.median(p[1] for p in peers) / 1e3:.2f}). "
            f"Peak resident memory: disarm {disarm_mb:.0f} MB, verify {verify_mb:.0f} MB, the whole input or output "
            f"among it. In warm workers, one run, wall: disarm {warm['disarm_ms'] / 1e3:.2f} s, verify {warm['verify_ms'] / 1e3:.2f} s.")
    return [row(f"{kind} of {os.path.getsize(path) / 1e6:.0f} MB, CPU against unzip + zip -6", "≤ 1 ×", f"{us / them:.2f} ×", us / them, 1, False),
            row(f"{kind} of {os.path.getsize(path) / 1e6:.0f} MB, peak memory", "< 100 MB", f"{max(disarm_mb, verify_mb):.0f} MB",
                max(disarm_mb, verify_mb), 100, False)], text


def bench_pictures(work):
    program = os.path.join(BENCH, "bench-pictures")
    subprocess.run([program, "make", work], check=True)
    made = [os.path.join(work, "6mp.png"), os.path.join(work, "12mp.jpg")]
    names = {made[0]: "generated", made[1]: "generated"}
    try:
        files = corpus("png", ".png") + corpus("jpeg", ".jpg", ".jpeg") + corpus("webp", ".webp")
    except LeftOut:
        files = []
    lines = json_lines(program, "9", *made, *files)
    warm = pipeline(7, "rebuilt", made)
    summary, rows = [], []
    for kind in ("png", "jpeg", "webp"):
        for source in ("generated", "corpus"):
            some = [line for line in lines if line["type"] == kind and names.get(line["file"], "corpus") == source]
            if not some:
                continue
            bare, disarm, verify = (sum(line[key] for line in some) for key in ("bare_ms", "disarm_ms", "verify_ms"))
            speed = 100 * bare / (disarm + verify)
            pixels = sum(line["megapixels"] for line in some)
            label = f"{kind.upper()}, {source}, {len(some)} file{'s' if len(some) > 1 else ''}"
            rows.append([label, f"{pixels:.1f}", f"{bare:.1f}", f"{disarm:.1f}", f"{verify:.1f}", f"{speed:.0f} %"])
            summary.append(row(label + ", of bare decode + encode", "≥ 80 %", f"{speed:.0f} %", speed, 80, True))
    each = sorted((100 * line["bare_ms"] / (line["disarm_ms"] + line["verify_ms"]), line) for line in lines
                  if line["megapixels"] >= 0.25)[:5] if lines else []
    rows += [[os.path.basename(line["file"]) + " (among the slowest)", f"{line['megapixels']:.1f}", f"{line['bare_ms']:.1f}",
              f"{line['disarm_ms']:.1f}", f"{line['verify_ms']:.1f}", f"{speed:.0f} %"] for speed, line in each]
    text = ("`bench-pictures 9 FILE…`: CPU milliseconds in one process, bare and ours in turn, medians of 9, summed over the files that "
            "both take. Bare is decode and encode by libpng (level 1, Sub) or libjpeg-turbo (quality 85, the same "
            "subsampling), or libwebp (without loss, the settings that disarm has), from memory to memory, nothing checked. JPEG is faster than its peer because coefficients are "
            "written anew and never become pixels (decision 0023). In warm workers, wall, hand-over to the sandbox "
            "included: " + "; ".join(f"{os.path.basename(f)} disarm {warm[f]['disarm_ms']:.0f} ms, verify {warm[f]['verify_ms']:.0f} ms"
                                     for f in made) +
            ". Below a quarter of a megapixel the two workers (see text) cost more than the picture; single files that "
            "small are in the sums and not among the slowest.\n\n" +
            table(["files", "MP", "bare, ms", "disarm, ms", "verify, ms", "speed, bare = 100 %"], rows))
    return summary, text


def pdf_peer(path, folder):
    """Wall ms of (pdftoppm, img2pdf); None where they do not take the file."""
    prefix = os.path.join(folder, "p")
    draw = cost(["pdftoppm", "-jpeg", "-r", "150", path, prefix])
    pages = sorted(glob.glob(prefix + "*.jpg"))
    bind = cost(["img2pdf", *pages, "-o", os.path.join(folder, "out.pdf")])
    for page in pages:
        os.remove(page)
    return (draw[0], bind[0], len(pages)) if draw[3] == 0 and pages and bind[3] == 0 else None


def longest_pdf(path, pages, us, draw, bind):
    """In the sum the start of img2pdf's interpreter weighs much, once a file; in the longest document it does not."""
    ratio = (draw[path] + bind[path]) / us[path]
    return row(f"PDF to pictures, the longest document ({pages[path]} pages)", "≥ 1.5 ×", f"{ratio:.2f} ×", ratio, 1.5, True)


def bench_pdf(work):
    files = corpus("pdf", ".pdf")
    first = pipeline(1, "image", files)
    peers = [{f: pdf_peer(f, work) for f in files}]
    both = [f for f in files if peers[0][f] is not None and first[f]["outcome"] == "clean"]
    ours = [{f: first[f]["disarm_ms"] + first[f]["verify_ms"] for f in both}]
    for _ in range(ROUNDS - 1):
        peers.append({f: pdf_peer(f, work) for f in both})
        ours.append({f: line["disarm_ms"] + line["verify_ms"] for f, line in pipeline(1, "image", both).items()})
    us = median_by_file(ours)
    draw = {f: statistics.median(r[f][0] for r in peers) for f in both}
    bind = {f: statistics.median(r[f][1] for r in peers) for f in both}
    pages = {f: peers[0][f][2] for f in both}
    ratio = (sum(draw.values()) + sum(bind.values())) / sum(us.values())
    alone = sum(draw.values()) / sum(us.values())
    most = sorted(both, key=lambda f: -us[f])[:8]
    rows = [[os.path.basename(f), pages[f], f"{us[f]:.0f}", f"{draw[f]:.0f}", f"{bind[f]:.0f}",
             f"{(draw[f] + bind[f]) / us[f]:.2f} ×"] for f in most]
    each = sorted((draw[f] + bind[f]) / us[f] for f in both)
    text = (f"`bench-pipeline 1 image FILE…` (after a run that warms up) against `pdftoppm -jpeg -r 150 FILE p` and `img2pdf p*.jpg`, in turn, {ROUNDS} "
            f"rounds, wall time, on the {len(both)} of {len(files)} corpus files that both take ({sum(pages.values())} pages). Sum: ours {sum(us.values()) / 1e3:.2f} s, "
            f"pdftoppm {sum(draw.values()) / 1e3:.2f} s, img2pdf {sum(bind.values()) / 1e3:.2f} s. Against pdftoppm alone, which binds no PDF and "
            f"verifies nothing: {alone:.2f} ×. File by file: middle {statistics.median(each):.1f} ×, worst {each[0]:.2f} ×. "
            "The files that take longest:\n\n" +
            table(["file", "pages", "ours, ms", "pdftoppm, ms", "img2pdf, ms", "ratio"], rows))
    return [row("PDF to pictures, against pdftoppm + img2pdf (sum of the corpus)", "≥ 1.5 ×", f"{ratio:.2f} ×", ratio, 1.5,
                True), longest_pdf(most[0], pages, us, draw, bind)], text


def qpdf_pages(path):
    found = subprocess.run(["qpdf", "--show-npages", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return int(found.stdout) if found.returncode == 0 and found.stdout.strip().isdigit() else 0


def bench_pdf_rebuilt(work):
    """Ten files with the most pages that come out clean; against qpdf and the bare libraries by CPU time, against the pixel pipeline by wall time."""
    files = corpus("pdf", ".pdf")
    first = pipeline(1, "rebuilt", files)
    clean = [f for f in files if first[f]["outcome"] == "clean" and qpdf_pages(f) > 0]
    typical = sorted(clean, key=lambda f: -qpdf_pages(f))[:10]
    if len(typical) < 10:
        raise LeftOut(f"{len(typical)} files of the corpus come out clean, ten are wanted")
    ours, walks, peers = [], [], []
    for _ in range(ROUNDS):
        ours.append(pipeline(3, "rebuilt", typical))
        walks.append({f: cost(["qpdf", f, os.path.join(work, "q.pdf")])[1] for f in typical})
        peers.append({f: pdf_peer(f, work) or (0, 0, 0) for f in typical})
    parts = {line["file"]: line for line in json_lines(os.path.join(BENCH, "bench-pdf-parts"), "5", *typical)}
    us = {f: statistics.median(r[f]["disarm_ms"] for r in ours) for f in typical}
    work_ms = {f: statistics.median(r[f]["disarm_cpu_ms"] for r in ours) for f in typical}
    verify = {f: statistics.median(r[f]["verify_ms"] for r in ours) for f in typical}
    walk = {f: statistics.median(r[f] for r in walks) for f in typical}
    pixels = {f: statistics.median(r[f][0] + r[f][1] for r in peers) for f in typical}
    bare = {f: parts[f]["codec_ms"] + parts[f]["fonts_ms"] for f in typical}
    allowed = 2 * sum(walk.values()) + sum(bare.values())
    ratio, against = sum(work_ms.values()) / allowed, sum(pixels.values()) / sum(us.values())
    middle = statistics.median(pixels[f] / us[f] for f in typical)
    rows = [[os.path.basename(f), qpdf_pages(f), f"{us[f]:.1f}", f"{work_ms[f]:.1f}", f"{verify[f]:.1f}", f"{walk[f]:.1f}", f"{parts[f]['codec_ms']:.1f}",
             f"{parts[f]['fonts_ms']:.1f}", f"{work_ms[f] / (2 * walk[f] + bare[f]):.2f} ×", f"{pixels[f]:.0f}", f"{pixels[f] / us[f]:.1f} ×"] for f in typical]
    text = (f"The ten files of the corpus with the most pages that come out clean ({len(clean)} of {len(files)} do): `bench-pipeline 3 rebuilt`. Its CPU time (the workers' and the "
            f"caller's) against twice that of `qpdf FILE out.pdf` and once that of the bare libraries (`bench-pdf-parts`: every picture decoded and encoded once by libjpeg-turbo or zlib "
            f"at level 1, JPEG 2000 by libopenjp2 and then as our output has it, JBIG2 by jbig2dec and zlib, every font program loaded glyph by glyph by FreeType); its wall time against `pdftoppm -jpeg -r 150` "
            f"with `img2pdf`; {ROUNDS} rounds in turn. Verify comes on top: {sum(verify.values()):.0f} ms for {sum(us.values()):.0f} ms of disarm, wall. Against the pixel pipeline the middle file is {middle:.1f} ×; "
            f"in the sum a file of JPEG 2000 scans counts most, which both sides decode, and one whose pages must be drawn here as well (fields without an appearance).\n\n" +
            table(["file", "pages", "disarm, ms", "its CPU, ms", "verify, ms", "qpdf, ms", "codecs, ms", "fonts, ms", "of the allowed", "pixel pipeline, ms", "ratio"], rows))
    return [row("PDF rebuilt, of 2 × qpdf + bare codecs and fonts (ten files)", "≤ 1 ×", f"{ratio:.2f} ×", ratio, 1, False),
            row("PDF rebuilt, against pdftoppm + img2pdf (ten files)", "≥ 20 ×", f"{against:.1f} ×", against, 20, True)], text


def make_noise_png(path, side):
    rand = random.Random(1)
    raw = b"".join(b"\0" + rand.randbytes(side * 3) for _ in range(side))

    def chunk(kind, data):
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    with open(path, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def bench_passage(work):
    text, png = os.path.join(work, "1mb.txt"), os.path.join(work, "1mb.png")
    line = "第1条 この要綱は、補助金の交付について必要な事項を定める。See annex 12 for details.\n"
    with open(text, "w", encoding="utf-8") as f:
        f.write(line * (1_000_000 // len(line.encode())))
    make_noise_png(png, 577)
    rounds = [json_lines(os.path.join(BENCH, "bench-passage"), "51", text, png) for _ in range(ROUNDS)]
    summary, rows = [], []
    for i, name in enumerate(("text", "PNG")):
        job = statistics.median(r[i]["job_ms"] for r in rounds)
        passage = statistics.median(r[i]["passage_ms"] for r in rounds)
        share = 100 * passage / job
        rows.append([f"{name}, {rounds[0][i]['bytes'] / 1e6:.2f} MB", f"{job:.2f}", f"{passage:.2f}", f"{share:.1f} %"])
        summary.append(row(f"Hand-over of 1 MB of {name}, of the job", "< 10 %", f"{share:.1f} %", share, 10, False))
    body = (f"`bench-passage 51 1mb.txt 1mb.png`, {ROUNDS} rounds, wall time. Hand-over: digest at the sending end, offer, receipt, "
            "digest at the receiving end, both answers, over a socket pair; the content itself is never copied, its sealed "
            "memfd is passed, so that two SHA-256 are nearly all of it. Job: disarm and verify in warm workers.\n\n" +
            table(["content", "job, ms", "hand-over, ms", "share"], rows))
    return summary, body


def bench_archive(work):
    files = sorted(f for kind in ("docx", "xlsx", "pptx") for f in glob.glob(os.path.join(CORPUS, kind, "*." + kind))
                   if os.path.getsize(f) < 40_000)
    # Those that come out clean: what is refused costs next to nothing.
    files = [f for f, line in pipeline(1, "rebuilt", files).items() if line["outcome"] == "clean"] if files else []
    if len(files) < 10:
        raise LeftOut("the corpus of real files is not there")
    archive = os.path.join(work, "thousand.zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as z:
        for i in range(1000):
            source = files[i % len(files)]
            z.write(source, f"{i:04}{os.path.splitext(source)[1]}")
    cores = os.cpu_count()
    rounds = []
    for _ in range(3):
        rounds.append([pipeline(1, f"rebuilt:{lanes}", [archive])[archive] for lanes in (1, cores)])
    if rounds[0][0]["outcome"] != "clean":
        raise LeftOut(f"the archive is refused: {rounds[0][0]['outcome']}")
    one, all_cores = (statistics.median(r[i]["disarm_ms"] + r[i]["verify_ms"] for r in rounds) for i in (0, 1))
    times = one / all_cores
    body = (f"A ZIP of 1,000 office files under 40 kB ({len(files)} different ones, {os.path.getsize(archive) / 1e6:.0f} MB), disarmed and verified, members and all, "
            f"in warm workers, 3 rounds in turns: once in one lane, once in {cores} (one a core).\n\n" +
            table(["lanes", "disarm + verify, s", "files a second"],
                  [["1", f"{one / 1e3:.1f}", f"{1e6 / one:.0f}"], [str(cores), f"{all_cores / 1e3:.1f}", f"{1e6 / all_cores:.0f}"]]))
    return [row(f"ZIP of 1,000 office files: {cores} cores, of one core's rate", "≥ 1.5 ×", f"{times:.2f} ×", times, 1.5, True)], body


def bench_store(work):
    folder = os.path.join(ROOT, "build", "bench-store")  # on the disk of the build, not in a memory file system
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    try:
        r = json_lines(os.path.join(BENCH, "bench-store"), folder, "100000")[0]
    finally:
        shutil.rmtree(folder)
    lowest = min(r["receives_to_bare"], r["claim_and_refuse_to_bare"])
    page = max(r["page_sent_ms"], r["page_all_ms"])
    text = ("`bench-store DIRECTORY 100000` on the disk of the build folder. Bare: `BEGIN IMMEDIATE; INSERT; COMMIT` of one "
            "short row in a database of its own, WAL, synchronous FULL, in turn with acts, 5 rounds of 500. "
            f"Bare commits {r['bare_commits_per_second']:.0f}/s; receiving {r['receives_per_second']:.0f}/s "
            f"({r['receives_to_bare']:.2f} ×); claiming and refusing {r['claim_and_refuse_acts_per_second']:.0f} acts/s "
            f"({r['claim_and_refuse_to_bare']:.2f} ×). Leaves: 20,000 queued, then appended to the seal with their checkpoint. "
            f"List page: 50 crossings of 100,000 by cursor, read from the store and written as JSON, the first 200 pages: sent "
            f"{r['page_sent_ms']:.2f} ms, all {r['page_all_ms']:.2f} ms; HTTP and the session are not in it.")
    return [row("Acts against bare SQLite commits", "≥ 0.7 ×", f"{lowest:.2f} ×", lowest, 0.7, True),
            row("Leaves appended", "≥ 5,000/s", f"{r['leaves_per_second']:,.0f}/s", r["leaves_per_second"], 5000, True),
            row("List page among 100,000 crossings", "< 20 ms", f"{page:.2f} ms", page, 20, False, "target")], text


def bench_signin(_work):
    # Its exit status says whether a bar is missed; the table says so too.
    told = subprocess.run([sys.executable, os.path.join(ROOT, "tests", "bench", "signin.py")], stdout=subprocess.PIPE, text=True).stdout
    r = {line["part"]: line for line in map(json.loads, told.splitlines())}
    spray, crowd, timing = r["spray"], r["crowd"], r["timing"]
    away = max(abs(timing[f"{kind}: standard errors from chance"]) for kind in ("locked", "nobody"))
    text = ("`tests/bench/signin.py`, real Argon2id, over the Unix socket as behind the zone's proxy (docs/decisions/0123, 0124). Spraying: "
            f"{spray['tries']:,} tries over 1,000 accounts from one address, the tenth password of each being right, in {spray['seconds']} s: "
            f"{spray['checked']} were checked, {spray['delayed']:,} told to wait. Crowd: of 1,000 sign-ins at once "
            f"{crowd['sign-ins'].get('200', 0)} were let in, {crowd['sign-ins'].get('503', 0)} told `busy`; requests of somebody else meanwhile "
            f"p50 {crowd['others p50 ms']} ms, p99 {crowd['others p99 ms']} ms (before: {crowd['quiet p50 ms']}, {crowd['quiet p99 ms']}), "
            f"memory at most {crowd['peak MB']} MB. Timing: {timing['samples']} wrong passwords each, medians in ms {timing['median ms']}; one of "
            f"a name that nobody has takes longer than one of an account with probability {timing['P(nobody > account)']} (0.5: chance).")
    return [row("Spraying: accounts opened of 1,000", "0", str(spray["opened"]), spray["opened"], 0, False),
            row("1,000 sign-ins at once: others' p99", "< 200 ms", f"{crowd['others p99 ms']} ms", crowd["others p99 ms"], 200, False),
            row("Unknown names by their time", "< 3.5 standard errors", f"{away}", away, 3.5, False)], text


def bench_mail(_work):
    if os.geteuid() != 0 or shutil.which("smtp-source") is None:
        raise LeftOut("two mail servers: root and Postfix")
    r = {line["mail"]: line for line in json_lines(sys.executable, os.path.join(ROOT, "tests", "bench", "mail.py"))}
    text = ("`tests/bench/mail.py`: four senders, Postfix on both sides, the whole road: in the vault and the database of one station, disarmed, over the "
            "passage, verified, in vault and database of the other, a message to the inner Postfix, in a maildir. "
            + "; ".join(f"{k} ({line['bytes'] / 1000:.0f} KB): {line['through_per_second']} a second came through, while the outer Postfix took "
                        f"{line['outer_per_second']}" for k, line in r.items())
            + ". amavisd-new, which looks through mails and leaves them as they are, was measured at 43 of the large ones on two cores.")
    return [row("Mails of 93 KB a second, from mail server to mailbox", "43 (amavisd-new)", f"{r['large']['through_per_second']}",
                r["large"]["through_per_second"], 43, True)], text


def bench_people(_work):
    folder = os.path.join(ROOT, "build", "bench-people")  # on the disk of the build, not in a memory file system
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    try:
        r = json_lines(os.path.join(BENCH, "bench-people"), folder, os.path.join(ROOT, "build"))[0]
    finally:
        shutil.rmtree(folder)
    whole = (r["worker_ms"] + r["check_ms"] + r["write_ms"]) / 1000
    text = ("`bench-people DIRECTORY PROGRAMS`: 10,000 people and 500 sections, made up. Import: the CSV read by the sandboxed worker in "
            f"{r['worker_ms']:.0f} ms, checked in {r['check_ms']:.0f} ms, checked once more and written in {r['write_ms']:.0f} ms, an act "
            "for each account and post. Pages of 50, from the store, medians of 21, in ms: "
            + ", ".join(f"{name.replace('_', ' ')} {ms:.2f}" for name, ms in r["lists"].items()) + "; HTTP and JSON are not in it.")
    return [row("Import of 10,000 people", "< 10 s", f"{whole:.1f} s", whole, 10, False, "target"),
            row("List page among 10,000 people, 500 sections", "< 20 ms", f"{r['worst_ms']:.2f} ms", r["worst_ms"], 20, False, "target")], text


def bench_replay(_work):
    """Packets through the real kernel: by CPU time, since the kernel's work for them is this process' own."""
    few, many = (json_lines(os.path.join(BENCH, "bench-replay"), "50000", str(rules))[0] for rules in (100, 5000))
    def once(*words):
        began = time.monotonic()
        subprocess.run([os.path.join(ROOT, "script", "town"), "--prefix", "bench", *words], check=True)
        return time.monotonic() - began
    up, down = min((once("up"), once("down")) for _ in range(ROUNDS))
    text = (f"`bench-replay 50000 RULES` ({'root' if os.geteuid() == 0 else 'an ordinary user'}): no two probes alike, IPv4 and IPv6, a quarter established; CPU time "
            f"of one core, the kernel's softirq work in it. Through 100 rules {few['per_cpu_second']:,.0f} a second ({few['per_second']:,.0f} by the clock), through 5,000 "
            f"{many['per_cpu_second']:,.0f} ({many['per_second']:,.0f}); {few['arrived'] + many['arrived']:,} arrived, {few['dropped'] + many['dropped']:,} dropped. A session opens in {few['open_ms']:.0f} ms. "
            f"`script/town` with the sample policy, the best of {ROUNDS}: up in {up:.2f} s, down in {down:.2f} s.")
    return [row("Replayed probes, one core, 100 rules", ">= 5,000 a second", f"{few['per_cpu_second']:,.0f}", few["per_cpu_second"], 5000, True),
            row("Probes unaccounted for", "0", str(few["unaccounted"] + many["unaccounted"]), few["unaccounted"] + many["unaccounted"], 0, False),
            row("A town up", "< 3 s", f"{up:.2f} s", up, 3, False, "target"),
            row("A town down", "< 1 s", f"{down:.2f} s", down, 1, False, "target")], text


def bench_wall_compile(work):
    """Five thousand flows into a ruleset, beside ferm; and the whole of apply, in a network namespace where that may be made."""
    wall, ours, theirs = os.path.join(ROOT, "build", "sekisho-wall"), os.path.join(work, "wall.conf"), os.path.join(work, "wall.ferm")
    for kind, path in (("policy", ours), ("ferm", theirs)):
        with open(path, "w", encoding="utf-8") as f:
            subprocess.run([sys.executable, os.path.join(ROOT, "tests/bench/wall.py"), kind, "5000"], check=True, stdout=f)
    rounds = [(cost([wall, "compile", ours]), cost(["ferm", "--noexec", "--lines", theirs])) for _ in range(ROUNDS)]
    assert all(a[3] == 0 and b[3] == 0 for a, b in rounds)
    mine, ferm = (statistics.median(r[i][1] for r in rounds) for i in range(2))
    state = os.path.join(work, "wall-state")
    inside = ["unshare", "-n" if os.geteuid() == 0 else "-Urn", wall, "apply", ours, "--yes", "--state", state]
    applied = [cost(inside) for _ in range(ROUNDS)]
    rows = [row("Wall of 5,000 flows compiled, against ferm", ">= 1 times as fast", f"{ferm / mine:.1f} times", ferm / mine, 1, True),
            row("Wall of 5,000 flows compiled, CPU", "< 1 s", f"{mine / 1e3:.2f} s", mine, 1000, False, "target")]
    text = (f"`sekisho wall compile` and `ferm --noexec --lines` on the same 5,000 flows between 160 hosts, in turn, {ROUNDS} rounds, CPU: {mine:.0f} ms and "
            f"{ferm:.0f} ms; {max(a[2] for a, _ in rounds):.0f} and {max(b[2] for _, b in rounds):.0f} MB. ferm writes one rule a flow, ours are elements of sets.")
    if any(a[3] != 0 for a in applied):
        return rows, text + " `apply` was left out: a user's namespace may not send so many rules at once here (net.core.wmem_max)."
    cpu, clock = statistics.median(a[1] for a in applied), statistics.median(a[0] for a in applied)
    rows.append(row("Wall of 5,000 flows applied, checks included, CPU", "< 5 s", f"{cpu / 1e3:.2f} s", cpu, 5000, False, "target"))
    return rows, text + f" `sekisho wall apply --yes` of the same, tried, proved, loaded and proved again: {cpu / 1e3:.2f} s of CPU, {clock / 1e3:.2f} s by the clock."


def bench_wall_prove(work):
    """Rulesets that grew, proved; the smaller one asked by a second policy as well; and how long the program takes to start."""
    wall, rows, words = os.path.join(ROOT, "build", "sekisho-wall"), [], []
    for rules, bar, memory in ((5000, 1.0, 200), (50000, 15.0, None)):
        subprocess.run([sys.executable, os.path.join(ROOT, "tests/bench/wall_ruleset.py"), str(rules), work], check=True)
        command = [wall, "prove", f"{work}/policy.conf", "--ruleset", f"{work}/ruleset.nft", "--json"]
        rounds = [cost(command) for _ in range(ROUNDS)]
        assert all(r[3] == 0 for r in rounds)
        cpu, peak = statistics.median(r[1] for r in rounds) / 1e3, max(r[2] for r in rounds)
        rows.append(row(f"Wall of {rules:,} rules proved, CPU", f"< {bar:g} s", f"{cpu:.2f} s", cpu, bar, False))
        if memory:
            rows.append(row(f"Wall of {rules:,} rules proved, memory", f"< {memory} MB", f"{peak:.0f} MB", peak, memory, False))
            again = [json_lines(*command[:3], command[2], *command[3:])[1]["milliseconds"] / 1e3 for _ in range(ROUNDS)]
            rows.append(row(f"Another policy asked of {rules:,} rules, CPU", "< 0.1 s", f"{statistics.median(again):.3f} s", statistics.median(again), 0.1, False))
        words.append(f"{rules:,} rules {cpu:.2f} s and {peak:.0f} MB")
    start = statistics.median(cost([wall, "--help"])[1] for _ in range(ROUNDS)) / 1e3
    rows.append(row("sekisho-wall started, CPU", "< 0.1 s", f"{start:.3f} s", start, 0.1, False))
    return rows, f"`sekisho wall prove` on rulesets of `tests/bench/wall_ruleset.py`, {ROUNDS} rounds, CPU of the whole command: " + "; ".join(words) + "."


def bench_wall_watch(work):
    """Packets that the wall refuses, at rising rates, while it is watched: the counting is tests/e2e/lib/drops.py."""
    sys.path.insert(0, os.path.join(ROOT, "tests", "e2e", "lib"))
    import drops
    tried = {rate: [] for rate in (10000, 20000, 40000, 0)}
    with drops.Refused(f"bench{os.getpid()}") as town:
        for _ in range(ROUNDS):
            for rate, told in tried.items():
                told.append(drops.measure(town, rate, 2 * rate or 200000))
        stopped = drops.measure(town, 0, 400000, stopped=True)
    every = [t for told in tried.values() for t in told] + [stopped]
    silent = sum(drops.unaccounted(t) for t in every)
    whole = [min(t["rate"] for t in told) for told in tried.values() if all(t["lost"] == t["overflows"] == 0 for t in told)]
    best = max(whole, default=0)
    micro = {rate: statistics.median(t["cpu"] / max(sum(t["counted"].values()), 1) for t in told) * 1e6 for rate, told in tried.items()}
    lines = [[f"{rate:,}" if rate else "as fast as it goes", f"{statistics.median(t['rate'] for t in told):,.0f}", f"{sum(t['sent'] for t in told):,}",
              f"{sum(sum(t['kernel'].values()) for t in told):,}", f"{sum(sum(t['counted'].values()) for t in told):,}", f"{sum(t['lost'] for t in told):,}",
              f"{micro[rate]:.1f} µs"] for rate, told in tried.items()]
    lines.append(["watcher stopped meanwhile", f"{stopped['rate']:,.0f}", f"{stopped['sent']:,}", f"{sum(stopped['kernel'].values()):,}",
                  f"{sum(stopped['counted'].values()):,}", f"{stopped['lost']:,}", "-"])
    text = (f"`sekisho wall watch` in a town, while send-udp sends empty UDP packets from one zone to three places that no sentence allows; {ROUNDS} rounds of two seconds "
            "(as fast as it goes: 200,000 packets), a watcher of its own each. The rules are those of `wall compile` but for the limit of ten log entries a second, which is taken out for this. "
            "Kernel: the rules' own counters; counted: in the watcher's status, by pairs of zones; CPU: the watcher's own, the kernel's share of it included, "
            "the making of the entries not. Sender and watcher share the machine.\n\n" +
            table(["a second, asked for", "sent", "packets", "kernel dropped", "counted", "told lost", "CPU an event"], lines))
    return [row("Dropped packets watched without loss", ">= 10,000 a second", f"{best:,.0f} a second", best, 10000, True),
            row("Dropped packets neither counted nor told lost", "0", f"{silent:,}", silent, 0, False)], text


def bench_verify(work):
    out = subprocess.run([os.path.join(BENCH, "bench-verify")], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [], ("`bench-verify`: verify alone, CPU, on large conforming objects made by the bench, medians of 5; beside pictures the "
                "bare decode of the same bytes. No bar.\n\n```\n" + out.rstrip() + "\n```")


def fidelity_of(kinds):
    """What tests/bench/fidelity.py says of these kinds (none: of all), and what it said of the others when they were last measured."""
    store = os.path.join(ROOT, "build", "fidelity.json")
    told = {}
    if kinds and os.path.exists(store):
        with open(store, encoding="utf-8") as f:
            told = json.load(f)
    today = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M")
    new = json_lines("/usr/bin/python3", os.path.join(ROOT, "tests/bench/fidelity.py"), os.path.join(ROOT, "build", "sekisho"), CORPUS,
                     os.path.join(ROOT, "build", "fidelity"), *kinds)[0]
    for kind in new["kinds"]:
        folder = "xlsx/" if kind["kind"] == "xlsb" else kind["kind"] + "/"
        files = [f for f in new["files"] if f["path"].startswith(folder) and f["path"].endswith(".xlsb") == (kind["kind"] == "xlsb")]
        told[kind["kind"]] = {"sum": kind | {"date": today}, "files": files}
    with open(store, "w", encoding="utf-8") as f:
        json.dump(told, f, ensure_ascii=False, indent=1)
    order = ["docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "xls", "ppt", "rtf", "xlsb"]
    told = [told[k] for k in order if k in told]
    return {"kinds": [t["sum"] for t in told], "files": [f for t in told for f in t["files"]]}


def bench_fidelity(_work, *some):
    """Does it look and read as before? The counting is tests/bench/fidelity.py. @some: only these kinds are measured again."""
    if not shutil.which("soffice"):
        raise LeftOut("LibreOffice is not installed")
    corpus("docx", ".docx")
    told = fidelity_of(some)
    kinds = [k for k in told["kinds"] if k["clean"]]
    rows = [[k["kind"], k["date"], k["files"], k["clean"], f"{k['opens']} ({k['source_opens']})", k["unsteady"], k["drawn"], k["text"], k["named"],
             k["pages"], k["alike"], f"{k['alike'] / max(k['pages'], 1) * 100:.1f} %",
             k["own"] if k["kind"] in ("doc", "xls", "ppt", "rtf", "xlsb") else "",
             k.get("own_text", "") if k["kind"] in ("doc", "xls", "ppt", "rtf", "xlsb") else ""] for k in kinds]

    def told_of(f):
        word = "yes" if f["text"] else "named" if f["named"] else "no"
        return word if f["text"] else f"{word}: `{f['lost']}`".replace("|", "\\|")
    odd = [[f["path"], "-" if f["worst"] is None else f"{f['worst']:.3f}", "unsteady" if f["unsteady"] else told_of(f),
            ", ".join(f["findings"])] for f in told["files"]
           if f["outcome"] == "clean" and all(f["drawn"]) and (not f["text"] or (f["worst"] or 1) < 0.98)]
    refused = [[f["path"], f["reason"]] for f in told["files"] if f["outcome"] != "clean"]
    text = ("`script/bench fidelity`: the ordinary files of the corpus, drawn by LibreOffice as they came and as they came out (at most 40 "
            "pages a file, 60 dpi), SSIM over grey pages, text as pdftotext finds it. In brackets: how many of the files as they came "
            "LibreOffice draws. build/fidelity/index.html shows the worst page of each file. Unsteady: the original itself looks different "
            "when it is drawn again (random numbers, today's date); it is not compared. Named: the text is equal, or no more places "
            "differ than findings that change what is read account for. The old formats come out as LibreOffice converts them: the "
            "last columns count the pages that look, and the texts that read, as before or as LibreOffice's own conversion of the same file does.\n\n" +
            table(["kind", "measured", "files", "clean", "drawn after (before)", "unsteady", "compared", "text equal", "or named", "pages", "SSIM ≥ 0.98",
                   "", "pages, or as converted", "texts, or as converted"], rows) +
            "\n\nFiles with a page less alike, or a text that differs:\n\n" + table(["file", "worst page", "text equal", "findings"], odd) +
            "\n\nRefused:\n\n" + table(["file", "reason"], refused))
    rebuilt = [k for k in kinds if k["kind"] in ("docx", "xlsx", "pptx", "odt", "ods", "odp")]
    name = "Office" if len(rebuilt) == 6 else ", ".join(k["kind"] for k in rebuilt)
    total = {key: sum(k[key] for k in rebuilt) for key in ("files", "clean", "drawn", "pages", "alike", "named", "opens", "source_opens",
                                                           "unsteady")}

    def share(what, bar, part, whole, limit):
        figure = part / max(whole, 1) * 100
        return row(what, f"≥ {limit} %", f"{figure:.1f} % ({part} of {whole})", figure, limit, True)
    return [share(f"{name}: ordinary files that come out clean", "", total["clean"], total["files"], 95),
            share(f"{name}: pages alike (SSIM ≥ 0.98)", "", total["alike"], total["pages"], 97),
            share(f"{name}: text equal, apart from what a finding names", "", total["named"], total["drawn"], 100),
            share(f"{name}: what LibreOffice drew before it draws after", "", total["drawn"] + total["unsteady"], total["source_opens"],
                  100)] if rebuilt else [], text


def bench_fidelity_pdf(_work):
    """The same of PDFs and pictures: tests/bench/fidelity_pdf.py."""
    missing = [tool for tool in ("pdftoppm", "mutool") if not shutil.which(tool)]
    if missing:
        raise LeftOut(f"{' and '.join(missing)} not installed")
    corpus("pdf", ".pdf")
    told = json_lines("/usr/bin/python3", os.path.join(ROOT, "tests/bench/fidelity_pdf.py"), os.path.join(ROOT, "build", "sekisho"), CORPUS,
                      os.path.join(ROOT, "build", "fidelity-pdf"))[0]

    def share(what, part, whole, limit):
        figure = part / max(whole, 1) * 100
        return row(what, f"≥ {limit} %", f"{figure:.1f} % ({part} of {whole})", figure, limit, True)
    odd = [[f["path"], f["drawn"] or "", *(f"{min(f['scores'][r]):.3f}" if f["scores"].get(r) else "-" for r in ("poppler", "mupdf")),
            "yes" if f["text"] else f"no: `{f['lost']}`".replace("|", "\\|"), ", ".join(f["findings"])] for f in told["pdfs"]
           if f["outcome"] == "clean" and (f["drawn"] or not f["text"] or f["page"])]
    refused = [[f["path"], f["reason"]] for f in told["pdfs"] + told["others"] if f["outcome"] != "clean"]
    worse = [[f["path"], "not read: " + f["unread"] if "unread" in f else f"{f['psnr']:.1f} dB", ", ".join(f["findings"])] for f in told["others"]
             if "unread" in f or (f["psnr"] is not None and f["psnr"] < (40 if f["lossy"] else 99))]
    text = ("`script/bench fidelity-pdf`: the ordinary PDFs of the corpus, and those that LibreOffice and img2pdf make of its documents and pictures, each page (at most 40 a file) drawn by poppler and by MuPDF before and after, 60 dpi, "
            "SSIM over grey pages; text as pdftotext finds it. Pictures are decoded by Pillow before and after, upright and over white; of lossless kinds "
            "every pixel must be equal. build/fidelity-pdf/index.html shows the worst page of each file.\n\n" +
            table(["file", "pages drawn", "worst by poppler", "by MuPDF", "text equal", "findings"], odd) + "\n\nPictures that differ:\n\n" +
            table(["file", "PSNR", "findings"], worse) + "\n\nRefused:\n\n" + table(["file", "reason"], refused))
    pdf, pictures = told["pdf"], told["pictures"]
    return [share("PDF: ordinary files that come out clean", pdf["clean"], pdf["files"], 95),
            *(share(f"PDF: pages alike by {name} (SSIM ≥ 0.99)", told["renderers"][key]["alike"], told["renderers"][key]["pages"], 98)
              for key, name in (("poppler", "poppler"), ("mupdf", "MuPDF"))),
            share("PDF: text equal", pdf["text"], pdf["clean"], 99),
            share("Pictures: ordinary files that come out clean", pictures["clean"], pictures["files"], 95),
            share("Pictures: equal, JPEG ≥ 40 dB", pictures["good"], pictures["compared"], 100)], text


BENCHES = {"text": ("Empty text", bench_text), "docx": ("Word documents", bench_docx),
           "docx-large": ("A large Word document", bench_docx_large), "xlsx": ("Workbooks", bench_xlsx),
           "xlsx-large": ("A large workbook", bench_xlsx_large),
           "pptx": ("Presentations", bench_pptx), "odf": ("OpenDocument", bench_odf),
           "pictures": ("Pictures", bench_pictures),
           "pdf": ("PDF to pictures", bench_pdf), "pdf-rebuilt": ("PDF rebuilt", bench_pdf_rebuilt),
           "archive": ("A ZIP of 1,000 office files", bench_archive), "passage": ("The passage", bench_passage),
           "store": ("The store", bench_store), "people": ("People", bench_people), "signin": ("Signing in", bench_signin), "mail": ("Mail through the gate", bench_mail), "verify": ("Verify alone", bench_verify), "wall-compile": ("The wall compiled and applied", bench_wall_compile), "wall-prove": ("The wall proved", bench_wall_prove), "wall-watch": ("The wall watched", bench_wall_watch), "replay": ("Packets sent for real", bench_replay),
           "fidelity": ("Fidelity of office documents", bench_fidelity), "fidelity-pdf": ("Fidelity of PDFs and pictures", bench_fidelity_pdf)}


# ---- the document ----

def load():
    return os.getloadavg()[0]


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")),
                 "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB of memory, Linux {os.uname().release.split('-')[0]}"


def versions():
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True).stdout
    return ", ".join(asked.split("\n")).strip(", ")


def write(results):
    names = [n for n in BENCHES if n in results]
    rows = [[r["what"], r["bar"], r["figure"], r["met"]] for n in names for r in results[n]["rows"]]
    out = ["# Benchmarks", "",
           "How fast Sekisho is beside what people would use instead. Written by `script/bench` (tests/bench/run.py); do not edit "
           "by hand. Every figure is a median of at least five runs, ours and the peer in turn on the same machine; a bar is a "
           "ratio in the same run, a target is milliseconds on this machine. What misses its bar stands here as well.", "",
           f"Machine: {machine()}.", "", f"Versions: {versions()}.", "", "## Bars", "",
           table(["what", "bar", "figure", ""], rows)]
    busy = [n for n in names if max(results[n]["load"]) > 2 * os.cpu_count()]
    if busy:
        out += ["", f"Other work kept this machine busy (load over {2 * os.cpu_count()}) during {', '.join(busy)}: milliseconds of "
                "wall time are too high there. Ratios suffer less, since both sides took turns."]
    for name in names:
        r = results[name]
        out += ["", f"## {BENCHES[name][0]}", "",
                f"`script/bench {name}`, {r['date']}, load {r['load'][0]:.1f} before and {r['load'][1]:.1f} after.", "", r["text"]]
    missing = [f"{n} ({results.get('left out', {}).get(n, 'not run yet')})" for n in BENCHES if n not in results]
    if missing:
        out += ["", "## Left out", "", ", ".join(missing)]
    with open(DOCUMENT, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n")


def main():
    wanted = sys.argv[1:] or list(BENCHES)
    unknown = [n for n in wanted if n.partition("=")[0] not in BENCHES or ("=" in n and not n.startswith("fidelity="))]
    if unknown:
        sys.exit(f"bench: there is no {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    results = {}
    if os.path.exists(RESULTS):
        with open(RESULTS, encoding="utf-8") as f:
            results = json.load(f)
    for asked in wanted:
        name, _, some = asked.partition("=")
        print(f"== {asked} (load {load():.1f})", flush=True)
        before = load()
        with tempfile.TemporaryDirectory() as work:
            try:
                rows, text = BENCHES[name][1](work, *filter(None, some.split(",")))
            except LeftOut as why:
                print(f"left out: {why}")
                results.pop(name, None)
                results.setdefault("left out", {})[name] = str(why)
                continue
        date = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
        results[name] = {"rows": rows, "text": text, "date": date, "load": [before, load()]}
        for r in rows:
            print(f"  {r['what']}: {r['figure']}, {r['bar']}: {r['met']}")
        with open(RESULTS, "w", encoding="utf-8") as f:
            json.dump(results, f, ensure_ascii=False, indent=1)
    write(results)
    print(f"wrote {os.path.relpath(DOCUMENT, ROOT)}")


main()
