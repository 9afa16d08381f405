#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the floors: what README and the house rules promise about the tree is checked here.

usage: check_house.py CHECK SOURCE_ROOT      one check per run, so that each is a test of its own
"""
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

FLOORS = [  # from the ground up; rooms on one floor do not know each other
    ["data/base"],
    ["data/city"],
    ["data/gis", "data/feed", "data/quality", "data/store", "data/sample", "data/grid"],
    ["app/solve", "app/travel", "app/carto"],
    ["app/heat", "app/demand", "app/power", "app/load", "app/rating"],
    ["app/siting", "app/locate"],
    ["app/report"],
    ["app/project"],
    ["app/cli", "ui"],
]
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

LIBRARIES = [  # pattern of an include, rooms that may use it
    (r"(gdal|ogr_|cpl_|proj\b|proj\.h)", {"data/gis"}),
    (r"sqlite3", {"data/store"}),
    (r"(libsoup|json-glib|gnutls)", {"data/feed"}),
    (r"(cholmod|suitesparse|cblas|lapacke?|openblas|klu)", {"app/solve", "app/power"}),
    (r"(cairo|pango)", {"app/carto", "app/report", "ui"}),
    (r"(gtk/|shumate/|gdk/)", {"ui"}),
]
TOP = {"app", "data", "ui", "resources", "po", "tests", "meson.build", "README.md", "LICENSE", ".ci",
       ".gitignore", ".gitattributes", ".editorconfig", ".clang-format", ".clang-tidy", ".git", "build"}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def room_of(path):
    parts = path.split("/")
    return "ui" if parts[0] == "ui" else "/".join(parts[:2])


def tracked(root, *suffixes):
    """The files of the tree, by git when there is one."""
    try:
        listing = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], check=True,
                                 capture_output=True, text=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        listing = [os.path.relpath(os.path.join(folder, name), root)
                   for folder, _, names in os.walk(root) for name in names
                   if "/build" not in folder and "/.git" not in folder]
    return sorted(path for path in listing if path.endswith(suffixes) and os.path.isfile(os.path.join(root, path)))


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def check_floors(root):
    """Includes are written from the root and point down; only a room's public header is seen from outside."""
    for path in tracked(root, ".c", ".h"):
        room = room_of(path)
        if room not in FLOOR_OF:
            continue
        for mark, name in INCLUDE.findall(read(root, path)):
            if mark != '"':
                continue
            if "/" not in name:
                yield f"{path}: “{name}” is not written from the root"
                continue
            other = room_of(name)
            if other == room:
                continue
            if other not in FLOOR_OF:
                yield f"{path}: “{name}” belongs to no room"
            elif FLOOR_OF[other] >= FLOOR_OF[room]:
                yield f"{path}: “{name}” does not point down"
            elif name != f"{other}/zx-{other.split('/')[1]}.h":
                yield f"{path}: “{name}” is the business of {other} alone"


def check_libraries(root):
    """Each heavy library has the rooms it may be used in."""
    for path in tracked(root, ".c", ".h"):
        room = room_of(path)
        if room not in FLOOR_OF:
            continue
        for mark, name in INCLUDE.findall(read(root, path)):
            for pattern, rooms in LIBRARIES:
                if mark == "<" and re.match(pattern, name) and room not in rooms:
                    yield f"{path}: <{name}> may be used only in {', '.join(sorted(rooms))}"


def check_headers(root):
    """Every room has its public header, and GObject begins at app/project."""
    for room in FLOOR_OF:
        if not os.path.isdir(os.path.join(root, room)) or room in ("app/cli", "ui"):
            continue
        if not tracked_in(root, room, ".c"):
            continue
        header = f"{room}/zx-{room.split('/')[1]}.h"
        if not os.path.isfile(os.path.join(root, header)):
            yield f"{room}: {header} is missing"
    for path in tracked(root, ".c", ".h"):
        room = room_of(path)
        if room in FLOOR_OF and FLOOR_OF[room] < FLOOR_OF["app/project"]:
            if re.search(r"\bG_(DEFINE|DECLARE)_(FINAL_|DERIVABLE_)?TYPE\b|\bGMainLoop\b|\bg_object_new\b", read(root, path)):
                yield f"{path}: objects and the main loop begin at app/project"


def tracked_in(root, folder, suffix):
    return [path for path in tracked(root, suffix) if path.startswith(folder + "/")]


def check_licence(root):
    """The SPDX line stands first in every source file."""
    for path in tracked(root, ".c", ".h", ".py", ".sh"):
        head = "\n".join(read(root, path).splitlines()[:3])
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in head:
            yield f"{path}: the SPDX line is missing"


def check_top(root):
    """Nothing else is visible at the top."""
    for path in tracked(root, ""):
        if path.split("/")[0] not in TOP:
            yield f"{path}: “{path.split('/')[0]}” does not belong at the top"


def check_format(root):
    """Every source file is as .clang-format wants it."""
    files = tracked(root, ".c", ".h")
    for start in range(0, len(files), 40):
        run = subprocess.run(["clang-format", "--dry-run", *files[start:start + 40]], cwd=root, capture_output=True,
                             text=True, check=False)
        for line in run.stderr.splitlines():
            if "warning:" in line:
                yield line
        if run.returncode != 0:
            yield run.stderr


def check_words(root):
    """No leftovers, and numbers are read and written without the locale."""
    for path in tracked(root, ".c", ".h"):
        if room_of(path) not in FLOOR_OF:
            continue
        text = read(root, path)
        for word in ("TODO", "FIXME", "XXX", "HACK"):
            if re.search(rf"\b{word}\b", re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)):
                yield f"{path}: {word}"
        code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        for call in (r"\batof \(", r"\bstrtod \(", r"\bsscanf \(", r"\brand \(", r"\bsrand \(", r"\bgetenv \("):
            if re.search(r"(?<![\w])" + call[2:], code):
                yield f"{path}: {call[2:]}…) depends on the locale, the clock or a global"


def check_translation(root):
    """zh_CN is complete: every text for people has its Chinese."""
    strings = subprocess.run(
        ["xgettext", "--from-code=UTF-8", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=tr:2",
         "--language=C", "--output=-", "--no-location", *tracked_sources(root)],
        cwd=root, capture_output=True, text=True, check=True).stdout
    wanted = set(messages(strings)) | set(template_strings(root))
    known = {message: text for message, text in translations(read(root, "po/zh_CN.po"))}
    for message in sorted(wanted):
        if not known.get(message):
            yield f"not translated: {message!r}"


def check_rules(root):
    """Every finding has its words, and every rule is found: ids stand in the table and in sources."""
    table = "data/quality/zx-rules.c"
    known = set(re.findall(r'\{ "([a-z]+\.[a-z0-9-]+)",', read(root, table)))
    parts = "|".join(sorted({rule.split(".")[0] for rule in known}))
    settings = set(re.findall(r'\{ "([a-z]+\.[a-z0-9_]+)",', read(root, "app/project/zx-settings.c")))
    files = re.compile(r"\.(csv|geojson|ini|json|gz|png|svg)$")
    for path in tracked_sources(root):
        if room_of(path) == "ui":  # names of actions look alike
            continue
        for name in re.findall(rf'"((?:{parts})\.[a-z0-9-]+)"', read(root, path)):
            if name not in known and name not in settings and not files.search(name):
                yield f"{path}: “{name}” is not in {table}"
    sources = "\n".join(read(root, path) for path in tracked_sources(root) if path != table)
    for name in sorted(known):
        if f'"{name}"' not in sources:
            yield f"{table}: nothing finds “{name}”"


def template_strings(root):
    """Texts of the window's templates, as a msgid stands in a PO file."""
    for path in tracked(root, ".ui"):
        for element in ElementTree.fromstring(read(root, path)).iter():
            if element.get("translatable") == "yes" and element.text:
                yield element.text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def check_templates(root):
    """A page is a template and a source file of the same name, and no text in it is left without a translation mark."""
    words = {"label", "title", "description", "tooltip-text", "button-label", "placeholder-text"}
    for path in tracked(root, ".ui"):
        for element in ElementTree.fromstring(read(root, path)).iter("template"):
            source = path.removeprefix("resources/").removesuffix(".ui") + ".c"
            if not os.path.isfile(os.path.join(root, source)):
                yield f"{path}: {source} is missing"
        for element in ElementTree.fromstring(read(root, path)).iter():
            if element.tag in ("property", "attribute") and element.get("name") in words \
                    and (element.text or "").strip() and element.get("translatable") != "yes":
                yield f"{path}: “{element.text}” is not marked as translatable"


def tracked_sources(root):
    return [path for path in tracked(root, ".c", ".h") if room_of(path) in FLOOR_OF]


def entries(po):
    """(msgid, msgstr, is_fuzzy) of a PO text."""
    for block in po.split("\n\n"):
        fields, current = {}, None
        for line in block.splitlines():
            match = re.match(r'(msgid|msgstr|msgctxt)\s+"(.*)"$', line)
            if match:
                current = match.group(1)
                fields[current] = match.group(2)
            elif line.startswith('"') and current:
                fields[current] += line[1:-1]
        if "msgid" in fields:
            yield fields["msgid"], fields.get("msgstr", ""), bool(re.search(r"^#,.*fuzzy", block, re.M))


def messages(po):
    return [message for message, _, _ in entries(po) if message]


def translations(po):
    return [(message, "" if fuzzy else text) for message, text, fuzzy in entries(po)]


CHECKS = {name[6:]: function for name, function in globals().items() if name.startswith("check_")}

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: check_house.py {'|'.join(sorted(CHECKS))} SOURCE_ROOT")
    complaints = list(CHECKS[sys.argv[1]](sys.argv[2]))
    for complaint in complaints[:200]:
        print(complaint)
    print(f"{len(complaints)} complaints")
    sys.exit(1 if complaints else 0)
