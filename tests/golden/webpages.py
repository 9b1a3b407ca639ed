# SPDX-License-Identifier: Apache-2.0
"""What suites of web pages ask of every page that came out: of verify, of html5lib, of Chromium, and of a second time."""
import concurrent.futures
import os
import re

import html5lib

import programs

HTML = "{http://www.w3.org/1999/xhtml}"
# Spelled once more here, independently of the table of the format: what must not be there, whatever a table says.
GOOD_LINK = re.compile(r"(https?://[^\s\x00-\x20]|mailto:|#i[0-9]+$)")
GOOD_PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$")
ADDRESSES = {"src", "srcset", "background", "ping", "poster", "action", "formaction", "data", "cite", "longdesc", "lowsrc", "dynsrc",
             "usemap", "profile", "manifest", "codebase", "classid", "archive", "srcdoc", "download", "target", "xlink:href"}
BAD_TAGS = set("""script style iframe frame frameset object embed applet form input button select option textarea keygen isindex base link svg
math template noscript noembed noframes xmp plaintext listing video audio source track picture canvas map area param portal slot dialog
marquee bgsound image""".split())
BAD_STYLE = re.compile(r"[(@\\<>]|/\*|expression|behavio|binding|import|url", re.I)
TWO_METAS = [{"charset": "utf-8"}, {"name": "referrer", "content": "no-referrer"}, {"name": "viewport", "content": "width=device-width"}]


def disarm(program, source, target, level="rebuilt"):
    """(what is said, codes of the elements): `clean`, `refused REASON` or `crash N`."""
    target.unlink(missing_ok=True)
    done = programs.run([program, source, target, "1", level, "hint=html"], capture_output=True, text=True, timeout=60, check=False)
    lines = done.stdout.splitlines()
    if not lines:
        return f"crash {done.returncode} {done.stderr[-300:]}", set()
    head = lines[0].split("\t")
    codes = {line.split("\t")[0].strip() for line in lines[1:]}
    return (head[0] if head[1] == "-" else f"{head[0]} {head[1]}"), codes


def each(work, things):
    """@work of each of @things, on all cores, in their order."""
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(work, things))


def unproved(program, files):
    """Those of @files that verify does not take, with its reason."""
    done = programs.run([program, "html", *files], capture_output=True, text=True, timeout=120, check=False)
    lines = done.stdout.splitlines()
    if len(lines) != len(files):
        return [f"verify ended: {done.stderr[-300:]}"]
    return [line for line in lines if not line.startswith("clean\t")]


def parsed(text):
    return html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=True)


def active(root):
    """What runs or loads in a tree of html5lib."""
    found = []
    for node in root.iter():
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.removeprefix(HTML)
        if not node.tag.startswith(HTML) or tag in BAD_TAGS:
            found.append(node.tag)
        if tag == "meta" and node.attrib not in TWO_METAS and node.attrib.get("http-equiv") != "Content-Security-Policy":
            found.append(f"meta {node.attrib}")
        for name, value in node.attrib.items():
            if not isinstance(name, str) or name.lower().startswith("on"):
                found.append(f"{tag} {name}")
            elif name == "style" and BAD_STYLE.search(value):
                found.append(f"style {value[:60]}")
            elif name == "href" and (tag != "a" or not GOOD_LINK.match(value)):
                found.append(f"{tag} href {value[:60]}")
            elif name in ADDRESSES and not (tag == "img" and name == "src" and GOOD_PICTURE.match(value)):
                found.append(f"{tag} {name} {value[:60]}")
    return found


def same_tree(a, b):
    """The two trees, without what stands between elements of the head."""
    return flat(a) == flat(b)


def flat(root):
    out, text = [], ""
    stack = [(root.find(HTML + "body"), False)]
    while stack:
        node, end = stack.pop()
        if end:
            text += node.tail or "" if node.tag != HTML + "body" else ""
            continue
        out.append((text, node.tag, sorted(node.attrib.items()), len(stack)))
        text = node.text or ""
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(list(node)))
    return out + [text.rstrip("\n")]


def read_by_browser(browser, path):
    """What a browser does with the page that it must not: opened as a file, written by a page, edited in place."""
    text = path.read_bytes().decode()
    found = [f"opened: {line}" for line in browser.load(path)]
    if not same_tree(parsed("<!DOCTYPE html>" + browser.tree()), parsed(text)):
        found.append("opened: another tree than html5lib's")
    before = browser.tree()
    found += [f"read again in place: {line}" for line in browser.inside_again()]
    # An empty line at the start of pre is not written by browsers: a gap of the standard, and no tag.
    if browser.tree() != re.sub(r"(<pre[^>]*>)\n", r"\1", before):
        found.append("read again in place: another tree")
    found += [f"written: {line}" for line in browser.set_content(text)]
    if browser.tree() != before:
        found.append("written: another tree")
    return found
