"""style: formatting, lint, sizes and the direction of includes; no test that nothing runs."""

import re
from collections.abc import Iterable
from pathlib import Path

from ops import build, tools
from ops.progress import Steps
from ops.shop import REPO
from ops.suites.context import Context

SUMMARY = "formatting, lint, file sizes, include direction, forgotten tests"
LINES_MAX = 399
CPP = ("src", "buyers", "fuzz", "sim", "bench")
# Includes point only from later to earlier (docs/architecture: the house).
LAYERS = ("base", "crdt", "port", "domain", "store", "replication", "views", "http", "server")
SIZED = {".cc", ".h", ".py", ".ts", ".tsx", ".css", ".scss", ".cmake", ".toml", ".template"}
GENERATED = {"schema.d.ts", "api.d.ts"}
NO_SOURCES = {"build", "node_modules", "dist", ".git", ".perpetua", ".perpetua-tools"}
# What looks like a test in any language, and what pytest, vitest, Playwright and ctest run; that
# every C++ test is in a target is for CMake to see.
TEST = re.compile(r"(^|/)test_[^/]*\.py$|(_test|[._-]test|[._-]spec)\.\w+$")
RUN = re.compile(r"test/(api|catalogues|ops)/([^/]+/)*(test_[^/]+|[^/]+_test)\.py"
                 r"|web/src/([^/]+/)*[^/]+\.test\.tsx?|web/e2e/([^/]+/)*[^/]+\.spec\.ts"
                 r"|(src|buyers|fuzz)/([^/]+/)*[^/]+_test\.cc")


def run(context: Context) -> None:
    sources = cpp_sources()
    status, output = context.output(
        "clang-format", ["clang-format-19", "--dry-run", "-Werror", *map(str, sources)])
    context.check(f"clang-format of {len(sources)} files", faults(status, output, "error:"))
    context.check("includes point from later layers to earlier ones", include_faults())
    context.check(f"no file has more than {LINES_MAX} lines", size_faults())
    names = [str(path.relative_to(REPO)) for path in every_file()]
    context.check("every test file is run by a suite", forgotten_tests(names))
    python(context)
    web(context)


def cpp_sources() -> list[Path]:
    return sorted(path for folder in CPP for path in (REPO / folder).rglob("*")
                  if path.suffix in (".cc", ".h"))


def every_file() -> list[Path]:
    found, folders = [], [REPO]
    while folders:
        for path in folders.pop().iterdir():
            if path.is_dir() and not path.is_symlink():
                if path.name not in NO_SOURCES:
                    folders.append(path)
            else:
                found.append(path)
    return found


def faults(status: int, output: str, pattern: str) -> list[str]:
    """The lines that tell what is wrong; all of them when a failed tool has none such."""
    if status == 0:
        return []
    lines = output.splitlines()
    return [line for line in lines if re.search(pattern, line)] or lines


def include_faults() -> list[str]:
    found = []
    for path in sorted((REPO / "src").rglob("*.[ch]*")):
        layer = path.relative_to(REPO / "src").parts[0]
        if path.suffix not in (".cc", ".h") or layer not in LAYERS:
            continue
        if path.stem.endswith(("_test", "testing")):
            continue  # the rules are tested on a real store
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            match = re.match(r'\s*#\s*include\s+"([a-z_]+)/', line)
            if match and match[1] in LAYERS and LAYERS.index(match[1]) > LAYERS.index(layer):
                found.append(f"{path.relative_to(REPO)}:{number}: {layer} must not include "
                             f"{match[1]}")
    return found


def size_faults() -> list[str]:
    found = []
    for path in every_file():
        if path.suffix in SIZED and path.name not in GENERATED:
            lines = len(path.read_bytes().splitlines())
            if lines > LINES_MAX:
                found.append(f"{path.relative_to(REPO)} has {lines} lines")
    return sorted(found)


def forgotten_tests(names: Iterable[str]) -> list[str]:
    """Of files named relative to the repository, the tests that no runner looks for."""
    return [f"{name} is a test that no suite runs" for name in sorted(names)
            if TEST.search(name) and not RUN.fullmatch(name)]


def python(context: Context) -> None:
    status, output = context.output(
        "flake8", ["/usr/bin/python3", "-I", "-m", "flake8", "ops", "test"])
    context.check("flake8", faults(status, output, r"^\S+:\d+:\d+:"))


def web(context: Context) -> None:
    steps = Steps()
    log = context.log / "npm.log"
    node = tools.node(steps, log)
    build.packages(node, steps, log)
    for title, script in (("prettier", "format"), ("eslint", "lint"), ("TypeScript", "typecheck")):
        status, output = context.output(title, ["npm", "run", "--silent", script], cwd=build.WEB,
                                        env=node)
        context.check(title, faults(status, output, r"error|warn|✖|^\S+\.tsx?"))
