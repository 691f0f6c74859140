"""contract: api/openapi.yaml against a live region, by Schemathesis with all its checks."""

import json
import os
import re
import urllib.request
from pathlib import Path

from ops import door, temporary, tools
from ops.progress import Steps
from ops.shop import REPO, write_file
from ops.suites.context import Context

SUMMARY = "the API's contract against a live region (Schemathesis, all checks)"
SEED = 20250107


def run(context: Context) -> None:
    binaries = tools.venv("schemathesis", Steps(), context.log / "pip.log")
    with temporary.shop(keep_logs_in=context.log / "contract-shop") as running:
        region = running.shop.regions[0]
        api = f"{region.url}/api"
        token = new_session(f"{api}/session")
        deliver(running)
        contract = bearer_alone(context.log / "openapi-bearer.yaml")
        context.runner(
            "contract",
            [str(binaries / "schemathesis"), "--config-file",
             str(REPO / "test" / "contract" / "schemathesis.toml"),
             "run", str(contract), "--url", api,
             "--checks", "all", "--seed", str(SEED), "--no-color",
             "--header", f"Authorization: Bearer {token}"],
            closing=r"^\s*(Test cases|Operations|API Operations|=+ .*in [\d.]+s)|✅|❌",
            count=count, cwd=context.log,  # where it keeps what it remembers of earlier runs
            env={**os.environ, "PERPETUA_API": api, "PERPETUA_TOKEN": token,
                 "SCHEMATHESIS_HOOKS": str(REPO / "test" / "contract" / "hooks.py")},
        )


def deliver(running: temporary.Running) -> None:
    """More copies of every book than any number of generated orders takes."""
    region = running.shop.regions[0].name
    for line in (REPO / "data" / "catalogue.jsonl").read_text().splitlines():
        door.ask(running.shop, region, "POST", f"/books/{json.loads(line)['id']}/deliveries",
                 {"delivery": "contract", "quantity": 1_000_000})


def bearer_alone(path: Path) -> Path:
    """The contract with one way to authenticate. With two, Schemathesis takes the answer to a bad
    cookie beside a good token for a hole; cookies are tested in test/api/test_sessions.py."""
    text = (REPO / "api" / "openapi.yaml").read_text()
    both, one = "security: [{cookie: []}, {bearer: []}]", "security: [{bearer: []}]"
    assert both in text, "api/openapi.yaml says otherwise how to authenticate"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, text.replace(both, one))
    return path


def new_session(url: str) -> str:
    request = urllib.request.Request(url, method="POST", data=b"{}",
                                     headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)["token"]


def count(output: str) -> tuple[int, int]:
    """Test cases that passed, and unique failures."""
    passed = re.search(r"\d+ generated,.* (\d+) passed", output)
    failures = re.search(r"(\d+) unique failures?", output)
    errors = re.search(r"(\d+) errors?", output)
    bad = sum(int(match[1]) for match in (failures, errors) if match)
    return int(passed[1]) if passed else 0, bad
