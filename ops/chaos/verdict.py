"""What a run of chaos says: what happened, what was checked, and what was wrong."""

from ops.chaos.schedule import KINDS

# Of the check, in the order in which they are told: what each counts must be 0.
WRONG = {
    "oversold": "books oversold",
    "orders_lost": "acknowledged orders lost",
    "diverged": "differences between regions",
    "orders_wrong": "orders wrong",
    "duplicates": "orders taken twice",
    "cart_lines_lost": "cart lines lost",
    "carts_wrong": "carts wrong",
    "stock_wrong": "books whose copies do not add up",
    "answers_wrong": "answers wrong while faults lasted",
    "unanswered": "questions that a region did not answer",
}


def faults(result: dict, count: int) -> list[str]:
    """Why a run has not passed; none when it has."""
    check, report = result["check"], result["report"]
    found = [*result["errors"], *check["findings"]]
    found += [f"{check[name]} {words}" for name, words in WRONG.items() if check[name]]
    made = sum(result["faults"].values())
    if made < count:
        found.append(f"{made} of {count} faults were made")
    # Where nothing was at stake nothing is shown.
    for what in ("orders_acknowledged", "cart_writes_acknowledged"):
        if not report[what]:
            found.append(f"no {what.replace('_', ' ')}")
    if not check["stock_exact"]:
        found.append("the copies sold were not compared exactly")
    if not check["pass"] and not found:
        found.append("the check has not passed")
    return found


def text(result: dict) -> list[str]:
    check, report = result["check"], result["report"]
    made = ", ".join(f"{result['faults'][kind]} {kind}" for kind in KINDS
                     if result["faults"].get(kind))
    refusals = ", ".join(f"{n} {name}" for name, n in sorted(report["refusals"].items()))
    seen = check["checked"]
    return [
        f"{sum(result['faults'].values())} faults: {made}",
        f"{report['requests']} requests, {report['failed_safe']} reads failed, "
        f"{report['failed_writes']} writes failed; refused: {refusals or 'none'}",
        f"{report['orders_acknowledged']} orders acknowledged ({report['orders_remote']} remote), "
        f"{report['orders_unknown']} of unknown outcome; "
        f"{report['cart_writes_acknowledged']} cart writes",
        f"operator: {result['operator']['acknowledged']} changes acknowledged, "
        f"{result['operator']['refused']} not",
        f"looked at {seen['orders']} orders, {seen['cart_lines']} cart lines of {seen['buyers']} "
        f"buyers, {seen['books']} books, over all regions",
        ", ".join(f"{check[name]} {words}" for name, words in list(WRONG.items())[:3]),
    ]
