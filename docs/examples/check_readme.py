"""Checks that the C++ block of README.md is docs/examples/convert_clip.cc, line by line.

Usage: check_readme.py [PROJECT_ROOT]
Exits with 1 and a diff when they differ, or when the page does not have exactly one C++ block.
"""
import difflib
import pathlib
import re
import sys

EXAMPLE = "docs/examples/convert_clip.cc"
BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def differences(root):
    """Lines that say how page and file differ; empty when they agree."""
    blocks = BLOCK.findall((root / "README.md").read_text(encoding="utf-8"))
    if len(blocks) != 1:
        return [f"README.md: {len(blocks)} C++ blocks, expected the one of {EXAMPLE}"]
    code = (root / EXAMPLE).read_text(encoding="utf-8")
    found = difflib.unified_diff(code.splitlines(), blocks[0].splitlines(), EXAMPLE, "README.md", lineterm="")
    return list(found)


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]
    found = differences(root)
    print("\n".join(found) or f"README.md shows {EXAMPLE}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
