"""Checks the structure: the table of folders is read from docs/architecture.md, so that page and code agree.

Usage: check_includes.py [PROJECT_ROOT]
Exits with 1, listing
- each include that the page does not allow (the longest folder of the table that holds a file counts),
- each circle in the table itself: with none, every arrow points down,
- each third-party header outside the folders that own its library, or in a header that another top-level
  folder includes,
- each folder of more than 40 source files, each source of ours that is in no folder of the table.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
ROW = re.compile(r"^\| `([\w/]+)/` \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)
MOST_FILES = 40
# Outside libraries whose types stay at home, by the start of the header's name.
LIBRARIES = {
    "opencv2/": "OpenCV", "ceres/": "Ceres", "libav": "FFmpeg", "libsw": "FFmpeg", "libheif/": "libheif",
    "exiv2/": "exiv2", "zip.h": "libzip", "nlohmann/": "JSON", "CLI/": "CLI11", "seccomp.h": "libseccomp",
    "openssl/": "OpenSSL", "webp/": "WebP", "spdlog/": "spdlog", "jpeglib.h": "libjpeg", "png.h": "libpng",
    "tiffio.h": "libtiff", "lcms2.h": "lcms2", "faiss/": "FAISS", "onnxruntime": "ONNX Runtime",
    "vulkan/": "Vulkan", "meshoptimizer.h": "meshoptimizer",
}
# Programs and pages without a C++ folder of the table above them.
FREE = ("tests/", "docs/")


def read_table(page):
    """{folder: (folders it may include, libraries it may use)} of the page's table."""
    rules = {}
    for folder, below, libraries in ROW.findall(page):
        allowed = set(re.findall(r"`([\w/]+)/`", below))
        rules[folder] = (allowed, {name.strip() for name in libraries.split(",")})
    return rules


def folder_of(path, folders):
    """The longest folder of the table that holds `path`, or None."""
    return max((f for f in folders if path.startswith(f + "/")), key=len, default=None)


def top(folder):
    return folder if folder.startswith("tests/") else folder.split("/")[0]


def library_of(header):
    return next((name for start, name in LIBRARIES.items() if header.startswith(start)), None)


def sources(root):
    """Our C++ files as the repository lays them out: no build folder, no hidden one."""
    for folder in sorted(p for p in root.iterdir() if p.is_dir() and p.name != "build" and p.name[0] != "."):
        yield from sorted(p for p in folder.rglob("*") if p.suffix in (".h", ".cc"))


def includes(path):
    return INCLUDE.findall(path.read_text(errors="replace"))


def shared_headers(files, rules):
    """Our headers that another top-level folder includes: no outside type may appear in them."""
    shared = set()
    for name, headers in files.items():
        folder = folder_of(name, rules)
        if folder is None:
            continue
        for header in headers:
            owner = folder_of(header, rules)
            if owner and top(owner) != top(folder):
                shared.add(header)
    return shared


def circles(rules):
    """The folders that can reach themselves through the table."""
    reach = {folder: {b for b in below if b in rules} for folder, (below, _) in rules.items()}
    for _ in rules:
        for folder in reach:
            reach[folder] |= {far for near in reach[folder] for far in reach[near]}
    return sorted(folder for folder in reach if folder in reach[folder])


def table_faults(root, rules):
    if not rules:
        yield "docs/architecture.md: no table of folders found"
    for folder in circles(rules):
        yield f"docs/architecture.md: {folder}/ may include itself in a circle"
    for folder, (below, _) in rules.items():
        for other in below - set(rules):
            yield f"docs/architecture.md: {folder}/ may include {other}/, which is not in the table"
        if not (root / folder).is_dir():
            yield f"docs/architecture.md: there is no folder {folder}/"


def file_faults(files, rules):
    shared = shared_headers(files, rules)
    for name, headers in files.items():
        folder = folder_of(name, rules)
        if folder is None:
            if not name.startswith(FREE):
                yield f"{name}: is in no folder of the table in docs/architecture.md"
            continue
        below, libraries = rules[folder]
        for header in headers:
            owner = folder_of(header, rules)
            if owner and owner != folder and owner not in below:
                yield f"{name}: includes {header}, but {folder}/ may not use {owner}/"
            library = library_of(header)
            if library and library not in libraries:
                yield f"{name}: includes {header}, but {library} is not at home in {folder}/"
            if library and name in shared:
                yield f"{name}: other folders include this header, so it may not include {header}"


def size_faults(files):
    counts = {}
    for name in files:
        folder = name.rsplit("/", 1)[0]
        counts[folder] = counts.get(folder, 0) + 1
    for folder, count in sorted(counts.items()):
        if count > MOST_FILES:
            yield f"{folder}/: holds {count} source files, more than {MOST_FILES}: split it by concept"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
    rules = read_table((root / "docs/architecture.md").read_text())
    files = {path.relative_to(root).as_posix(): includes(path) for path in sources(root)}
    found = [*table_faults(root, rules), *file_faults(files, rules), *size_faults(files)]
    print("\n".join(found) or f"includes point down: {len(files)} files in {len(rules)} folders")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
