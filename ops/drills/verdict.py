"""What a drill that lost a region says of it: counts, faults, and whether it passed."""

GAP_MS_MAX = 300.0
# Beyond this the machine, not the shop, is what was measured.
LATE_MS_MAX = 50.0
COUNTS = ("requests", "failed_safe", "failed_writes", "not_sent", "stale", "orders_acknowledged",
          "orders_remote", "orders_unknown", "cart_writes_acknowledged", "cart_writes_remote",
          "cart_writes_unknown", "refusals", "failures", "answered_by", "sent_late_ms_max",
          "latency_ms")


def verdict(region: str, report: dict, checks: dict[str, dict], faults: list[str]) -> dict:
    """`report`: of perpetua-buyers, with the phases before, during, returning and after, as far as
    the drill came. `checks`: survivors_alone and every_region, as far as they could be made.
    `faults`: what kept the drill from measuring more."""
    phases = {phase["name"]: {name: phase[name] for name in COUNTS} for phase in report["phases"]}
    lost = union(checks, "lost_orders")
    result = {
        "drill": "kill-region",
        "region": region,
        **{name: report[name] for name in COUNTS if name != "latency_ms"},
        "gap_ms_max": report["gap_ms_max"],
        "orders_lost": len(lost),
        "lost_orders": lost,
        "cart_lines_lost": len(union(checks, "lost_cart_lines")),
        "stock_exact": checks.get("every_region", {}).get("stock_exact", False),
        "latency_ms": {name: phase["latency_ms"] for name, phase in phases.items()},
        "phases": phases,
        "checks": checks,
    }
    result["faults"] = [*faults, *seen_faults(result), *phase_faults(region, phases),
                        *check_faults(checks)]
    result["pass"] = not result["faults"]
    return result


def union(checks: dict[str, dict], name: str) -> list[str]:
    """Each once, however many checks and regions miss it."""
    return sorted({item for check in checks.values() for item in check[name]})


def seen_faults(result: dict) -> list[str]:
    found = []
    if result["failed_safe"]:
        found.append(f"{result['failed_safe']} reads failed")
    if result["gap_ms_max"] >= GAP_MS_MAX:
        fault = f"a gap of {result['gap_ms_max']:.0f} ms, {GAP_MS_MAX:.0f} is too long"
        if result["sent_late_ms_max"] > LATE_MS_MAX:
            fault += (f" (the buyers themselves were up to {result['sent_late_ms_max']:.0f} ms "
                      "late: the machine is too busy)")
        found.append(fault)
    return found


def phase_faults(region: str, phases: dict[str, dict]) -> list[str]:
    """Where nothing was tried, nothing is shown."""
    found = []
    before = phases.get("before", {})
    for what, name in (("order", "orders"), ("cart write", "cart_writes")):
        if not before.get(f"{name}_remote"):
            found.append(f"no {what} was acknowledged remote before, so none was at stake")
        for phase in ("during", "after"):
            if not phases.get(phase, {}).get(f"{name}_acknowledged"):
                found.append(f"no {what} was acknowledged {phase}")
    if region in before.get("answered_by", {}):
        if region not in phases.get("after", {}).get("answered_by", {}):
            found.append(f"after its return {region} was asked nothing any more")
    return found


def check_faults(checks: dict[str, dict]) -> list[str]:
    found = []
    for name in ("survivors_alone", "every_region"):
        if name not in checks:
            found.append(f"{name.replace('_', ' ')}: not checked")
        elif not checks[name]["pass"]:
            found += checks[name]["findings"] or [f"{name.replace('_', ' ')}: nothing to look at"]
    return list(dict.fromkeys(found))


def text(result: dict) -> str:
    lines = [
        f"What buyers saw while {result['region']} died and came back:",
        f"  requests        {result['requests']}, failed reads {result['failed_safe']}, "
        f"failed writes {result['failed_writes']}",
        f"  longest gap     {result['gap_ms_max']:.0f} ms",
        f"  orders          {result['orders_acknowledged']} acknowledged, "
        f"{result['orders_lost']} lost; cart lines lost {result['cart_lines_lost']}",
    ]
    if result.get("ready_again_ms") is not None:
        lines.append(f"  ready again     after {result['ready_again_ms']} ms")
    for name, phase in result["phases"].items():
        latency = phase["latency_ms"]
        lines.append(
            f"  {name:<16}p50 {milliseconds(latency['p50'])}, p99 {milliseconds(latency['p99'])} "
            f"({latency['count']} requests; {phase['orders_acknowledged']} orders, "
            f"{phase['orders_remote']} remote; {phase['cart_writes_acknowledged']} cart writes, "
            f"{phase['cart_writes_remote']} remote)")
    if not result["stock_exact"]:
        lines.append("  copies          not counted exactly")
    lines += [f"  - {fault}" for fault in result["faults"]]
    lines.append("passed" if result["pass"] else "NOT PASSED")
    return "\n".join(lines)


def milliseconds(value: float | None) -> str:
    return "no answer" if value is None else f"{value:.1f} ms"
