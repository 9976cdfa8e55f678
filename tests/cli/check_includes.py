"""Checks the direction of includes: the table is read from docs/architecture.md, so that page and code agree.

Usage: check_includes.py PROJECT_ROOT
Exits with 1, listing each include that the page does not allow and each third-party header outside the folders
that own its library.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]', re.MULTILINE)
ROW = re.compile(r"^\| `([\w/]+)/` \| ([^|]*) \| ([^|]*) \|", re.MULTILINE)
# Outside libraries whose types stay at home, by the start of the header's name.
LIBRARIES = {
    "opencv2/": "OpenCV", "ceres/": "Ceres", "libav": "FFmpeg", "libsw": "FFmpeg", "libheif/": "libheif",
    "exiv2/": "exiv2", "zip.h": "libzip", "nlohmann/": "JSON", "CLI/": "CLI11", "seccomp.h": "libseccomp",
    "openssl/": "OpenSSL", "webp/": "WebP", "spdlog/": "spdlog",
    "faiss/": "FAISS", "onnxruntime": "ONNX Runtime", "vulkan/": "Vulkan",
}


def read_table(page):
    """{folder: (folders it may include, libraries it may use)} of the page's table."""
    rules = {}
    for folder, below, libraries in ROW.findall(page):
        rules[folder] = (set(re.findall(r"`([\w/]+)/`", below)), {name.strip() for name in libraries.split(",")})
    return rules


def folder_of(path, folders):
    """The longest folder of the table that holds `path`, or None."""
    return max((f for f in folders if path.startswith(f + "/")), key=len, default=None)


def library_of(header):
    return next((name for start, name in LIBRARIES.items() if header.startswith(start)), None)


def sources(root, rules):
    return sorted(p for folder in rules for p in (root / folder).rglob("*") if p.suffix in (".h", ".cc"))


def shared_headers(root, rules):
    """Our headers that another folder includes: no outside type may appear in them."""
    shared = set()
    for path in sources(root, rules):
        folder = folder_of(path.relative_to(root).as_posix(), rules)
        headers = INCLUDE.findall(path.read_text(errors="replace"))
        shared |= {h for h in headers if folder_of(h, rules) not in (None, folder)}
    return shared


def faults(root):
    rules = read_table((root / "docs/architecture.md").read_text())
    if not rules:
        yield "docs/architecture.md: no table of folders found"
    shared = shared_headers(root, rules)
    for path in sources(root, rules):
        name = path.relative_to(root).as_posix()
        folder = folder_of(name, rules)
        below, libraries = rules[folder]
        for header in INCLUDE.findall(path.read_text(errors="replace")):
            owner = folder_of(header, rules)
            if owner and owner != folder and owner not in below:
                yield f"{name}: includes {header}, but {folder}/ may not use {owner}/"
            library = library_of(header)
            if library and library not in libraries:
                yield f"{name}: includes {header}, but {library} is not at home in {folder}/"
            if library and name in shared:
                yield f"{name}: other folders include this header, so it may not include {header}"


def main():
    found = list(faults(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "includes point downwards")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
