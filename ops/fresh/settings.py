"""This machine's own settings for reaching Debian, PyPI and npm: a bare machine at the same place
would have been given them too. Nothing else of it comes along."""

import configparser
import io
import os
import re
import shutil
import subprocess
from pathlib import Path

from ops.errors import Failure

RELEASE = "bookworm"
CERTIFICATES = Path("/usr/local/share/ca-certificates")
BUNDLE = "/etc/ssl/certs/ca-certificates.crt"  # ca-certificates makes it from Debian's and CERTIFICATES
VARIABLES = re.compile(
    r"(https?|ftp|all|no)_proxy|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|REQUESTS_CA_BUNDLE"
    r"|PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|PROXY|DEFAULT_TIMEOUT)"
    r"|npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|strict_ssl)", re.IGNORECASE)
PIP_KEYS = {"index-url", "extra-index-url", "trusted-host", "cert", "proxy", "timeout"}
NPM_KEY = re.compile(r"(@[^:]+:)?registry|(ca|ca\[\]|cafile|proxy|https-proxy|noproxy|strict-ssl)|//.*")
APT_KEY = re.compile(r"Acquire::(.*::)?(Proxy|CaInfo|Verify-Peer|Verify-Host)\b", re.IGNORECASE)


def mirror() -> str:
    return next(line.split()[1] for line in sources() if line.split()[2] == RELEASE)


def sources() -> list[str]:
    """Debian's own, in apt's one-line form, from whichever mirror this machine takes them."""
    output = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)",
         "Created-By: Packages"], capture_output=True, text=True, check=False).stdout
    found = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 4 and words[3] == "Debian" and words[1].split("-")[0] == RELEASE:
            found.setdefault((words[0], words[1]), []).append(words[2])
    if not any(release == RELEASE for _, release in found):
        raise Failure("this machine's apt has no Debian 12 to take a bare one from",
                      "/etc/apt", "run 'apt-get update' on a Debian 12")
    return [f"deb {uri} {release} {' '.join(dict.fromkeys(parts))}"
            for (uri, release), parts in found.items()]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if VARIABLES.fullmatch(name)}


def install(tree: Path) -> None:
    """Writes them into a tree that was just made."""
    _write(tree / "etc/apt/sources.list", "\n".join(sources()))
    dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True,
                          check=False).stdout
    _write(tree / "etc/apt/apt.conf.d/00-this-place",
           "\n".join(line for line in dump.splitlines() if APT_KEY.match(line)))
    _write(tree / "etc/pip.conf", _pip())
    # npm reads no /etc/npmrc but its own installation's; accounts are made from /etc/skel.
    _write(tree / "root/.npmrc", _npm())
    _write(tree / "etc/skel/.npmrc", _npm())
    for certificate in CERTIFICATES.rglob("*.crt"):
        _copy(certificate, tree)
    for named in {*environment().values(), *re.findall(r"/[^\s\"']+", _pip() + _npm())}:
        # A certificate of this place that somebody put elsewhere.
        if named.startswith("/") and named != BUNDLE and Path(named).is_file():
            _copy(Path(named), tree)


def _pip() -> str:
    merged = configparser.RawConfigParser()
    home = Path.home()
    merged.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    kept = configparser.RawConfigParser()
    for section in merged.sections():
        values = {key: value for key, value in merged.items(section) if key in PIP_KEYS}
        if values:
            kept[section] = values
    text = io.StringIO()
    kept.write(text)
    return text.getvalue()


def _npm() -> str:
    lines = [line for path in (Path("/etc/npmrc"), Path.home() / ".npmrc") if path.exists()
             for line in path.read_text().splitlines()]
    return "\n".join(line for line in lines if NPM_KEY.fullmatch(line.split("=")[0].strip()))


def _write(path: Path, text: str) -> None:
    if text.strip():
        path.write_text(text.rstrip() + "\n")


def _copy(path: Path, tree: Path) -> None:
    target = tree / str(path).lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
