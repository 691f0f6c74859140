"""Entry point: /usr/bin/python3 -I ops/__main__.py COMMAND ..."""

import sys
from pathlib import Path

# -I leaves the script's own folder out of the search path; a bytecode cache in it would be harmless
# but would belong to root after a `sudo ./perpetua`.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

if sys.version_info < (3, 11):
    sys.exit("perpetua: this Python is %d.%d, %s, Perpetua runs on Debian 12, which has 3.11: use it"
             % (*sys.version_info[:2], sys.executable))

from ops.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
