"""status: what runs, and how far each region has got."""

import json

from ops.door import region_status
from ops.lifecycle import ready
from ops.shop import Shop
from ops.supervisor import Supervisor

SUMMARY = "tell what runs and how far each region has got"
DESCRIPTION = """\
For every edge and region: where it is, whether it is ready, its process, its position in each
writer's history, and how many milliseconds it lags behind the other regions."""


def arguments(parser) -> None:
    del parser


def run(options) -> int:
    shop = Shop.open(options.home, options.port)
    answer = collect(shop)
    if options.json:
        print(json.dumps(answer))
    else:
        _print(answer)
    return 0


def collect(shop: Shop) -> dict:
    processes = {p["group"]: p for p in Supervisor(shop).processes()}
    edges = []
    for edge in shop.topology.edges:
        process = processes.get(edge.name, {})
        edges.append({
            "name": edge.name, "url": edge.url, "ready": ready(shop, edge.name),
            "pid": process.get("pid") or None, "state": process.get("statename", "STOPPED").lower(),
        })
    return {"edges": edges, "regions": [_region(shop, r, processes) for r in shop.regions]}


def _region(shop: Shop, region, processes: dict) -> dict:
    process = processes.get(region.name, {})
    said = region_status(shop, region.name) or {}
    return {
        "name": region.name, "title": region.title, "url": region.url,
        "ready": bool(said.get("ready")) and ready(shop, region.name),
        "why": said.get("why"), "writer": said.get("writer"),
        "pid": process.get("pid") or None, "state": process.get("statename", "STOPPED").lower(),
        "position": said.get("position", {}), "lag_ms": said.get("lag_ms", {}),
    }


def _print(answer: dict) -> None:
    for edge in answer["edges"]:
        print(f"edge   {edge['name']:<16} {_word(edge):<9} {edge['url']}")
    for region in answer["regions"]:
        print(f"region {region['name']:<16} {_word(region):<9} {region['url']}  "
              f"{region['title']}, pid {region['pid'] or '-'}")
        if region["why"] and not region["ready"]:
            print(f"       {region['why']}")
        for writer, n in sorted(region["position"].items()):
            print(f"       has {writer} up to {n}")
        for other, lag in sorted(region["lag_ms"].items()):
            print(f"       lags {other} by {'an unknown time' if lag is None else f'{lag} ms'}")


def _word(item: dict) -> str:
    if item["ready"]:
        return "ready"
    return item["state"] if item["state"] != "running" else "not ready"
