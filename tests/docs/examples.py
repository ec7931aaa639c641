#!/usr/bin/env python3
"""Why this exists: lists the public items of a crate whose documentation has no example that runs, and fails if there are any.

    RUSTC_BOOTSTRAP=1 cargo rustdoc -p tinyconv --lib -- -Z unstable-options --output-format json
    python3 tests/docs/examples.py target/doc/tinyconv.json

Names after the file are items that need none: `infer`, say, or `commands::run`.

An example that runs is a code block that `cargo test --doc` runs, or expects not to compile; a block that is ignored, only
compiled, or text is none. Asked of functions, methods (a trait's own too, not those of its implementations), macros, constants,
type aliases, structs, enums and traits: not of modules, fields, variants, associated types and associated constants,
which their owner's example shows. What is hidden from the documentation is not public.

rustdoc's own lint, `rustdoc::missing_doc_code_examples`, passes over everything that a crate re-exports from a private
module, and asks for an example on `impl` blocks.
"""
import json
import re
import sys

KINDS = {"function", "macro", "proc_macro", "constant", "static", "type_alias", "struct", "enum", "union", "trait"}
NOT_RUN = {"ignore", "no_run", "text"}
RUST = {"", "rust", "should_panic", "compile_fail"}


def has_example(docs):
    """Whether a code block of this Markdown is a test."""
    inside = None
    for line in (docs or "").splitlines():
        fence = re.match(r"\s*(```+|~~~+)(.*)", line)
        if not fence:
            continue
        if inside:
            inside = None if fence[1].startswith(inside) and not fence[2].strip() else inside
            continue
        inside = fence[1]
        words = {word for word in re.split(r"[,\s]+", fence[2].strip())} or {""}
        if not words & NOT_RUN and words & RUST:
            return True
    return False


class Crate:
    def __init__(self, file):
        with open(file) as opened:
            read = json.load(opened)
        self.index, self.root = read["index"], str(read["root"])
        self.seen, self.missing, self.asked = set(), [], 0

    def visit(self, id, path):
        item = self.index.get(str(id))
        if item is None or str(id) in self.seen or item["crate_id"] != 0:
            return
        kind, inner = next(iter(item["inner"].items()))
        if kind == "use":
            if not inner["is_glob"]:
                self.visit(inner["id"], path)
                return
            target = self.index.get(str(inner["id"]))
            for child in target["inner"]["module"]["items"] if target and "module" in target["inner"] else []:
                self.visit(child, path)
            return
        self.seen.add(str(id))
        path = path + [item["name"]] if item["name"] else path
        if kind in KINDS:
            self.asked += 1
            if not has_example(item["docs"]):
                span = item["span"]
                self.missing.append((span["filename"], span["begin"][0], kind, "::".join(path)))
        if kind in ("module", "trait"):
            for child in inner["items"]:
                self.visit(child, path)
        for id in inner.get("impls", []) if isinstance(inner, dict) else []:
            block = self.index.get(str(id))
            if block and block["inner"]["impl"]["trait"] is None:
                for child in block["inner"]["impl"]["items"]:
                    if self.index.get(str(child), {}).get("visibility") == "public":
                        self.visit(child, path)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    crate = Crate(sys.argv[1])
    crate.visit(crate.root, [])
    needs_none = tuple("::" + name for name in sys.argv[2:])
    left = [item for item in crate.missing if not item[3].endswith(needs_none)]
    crate.asked -= len(crate.missing) - len(left)
    crate.missing = left
    for file, line, kind, path in sorted(crate.missing):
        print(f"{file}:{line}: {kind} {path} has no example that runs")
    print(f"{crate.asked - len(crate.missing)} of {crate.asked} public items have an example that runs")
    sys.exit(1 if crate.missing or not crate.asked else 0)


main()
