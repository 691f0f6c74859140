"""fresh: the README followed on a bare Debian 12, as root and as a user with sudo, and what happens
there when something is missing. Such a machine is a folder with namespaces of its own, made from
Debian's own packages alone; see ops/fresh."""

from pathlib import Path

from ops.fresh import interrupted, machine, settings, tree, trouble, walk
from ops.progress import Steps
from ops.suites.context import Context

SUMMARY = "the README followed on a bare Debian 12, and what it may lack (root; up to 2 hours)"
ACCOUNTS = {"root": machine.ROOT, "user": machine.USER}


def run(context: Context) -> None:
    with tree.room() as room:
        walks(context, room, context.log / "fresh")


def walks(context: Context, room: Path, log: Path) -> None:
    base = tree.base(Steps(), log / "base.log")
    repository = tree.bundle(log / "base.log")
    if count := tree.uncommitted():
        print(f"  {count} changes are not committed, and not tested", flush=True)
    variables = settings.environment()
    done = []
    for name in [context.account] if context.account else ACCOUNTS:
        account = ACCOUNTS[name]
        path = log / f"{name}.log"
        path.unlink(missing_ok=True)
        print(f"  {name}, everything printed is in {path}:", flush=True)
        one = walk.Walk(context, account, [base], path)
        done.append(one)
        if (walk.clone(one, room / f"{name}-clone", repository, variables)
                and walk.shop(one, room / f"{name}-shop", variables,
                              tests=not context.without_tests)):
            bench = trouble.prepare(one, room, variables)
            trouble.lacking(bench)
            interrupted.run(bench)
    for one in done:
        print(f"  {one.account.name}:", flush=True)
        for line in walk.table(one):
            print(f"    {line}", flush=True)
