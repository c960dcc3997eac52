"""How much room the core installation takes.

    python benchmarks/install.py [EXTRA]...

Makes a virtual environment of its own, installs this checkout into it (with the extras named) and adds up what lies in
site-packages, distribution by distribution. MB are 1,000,000 bytes; pip and setuptools, which were there before, are
shown but not counted. Needs the package index.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEFORE = ("pip", "setuptools")


def sizes(packages: Path) -> tuple[Counter[str], Counter[str]]:
    """Bytes of each distribution, and of these the compiled caches (``__pycache__``)."""
    whole, cached = Counter[str](), Counter[str]()
    for found in distributions(path=[str(packages)]):
        for file in found.files or ():
            path = Path(str(found.locate_file(file)))
            if path.is_file():
                whole[found.metadata["Name"]] += path.stat().st_size
                cached[found.metadata["Name"]] += path.stat().st_size if "__pycache__" in file.parts else 0
    return whole, cached


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("extras", nargs="*", help="extras to install as well")
    extras = parser.parse_args().extras
    with tempfile.TemporaryDirectory(prefix="jihe-install-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin" / "python")
        wanted = str(ROOT) + (f"[{','.join(extras)}]" if extras else "")
        subprocess.run([python, "-m", "pip", "install", "-q", wanted], check=True, stderr=subprocess.DEVNULL)
        packages = Path(folder) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
        whole, cached = sizes(packages)
        disk = int(subprocess.run(["du", "-sk", str(packages)], capture_output=True, check=True).stdout.split()[0])
    before, compiled = (sum(counted[name] for name in BEFORE) for counted in (whole, cached))
    for name, count in whole.most_common(16):
        print(f"{name:20} {count / 1e6:6.1f} MB, of which caches {cached[name] / 1e6:5.1f}")
    total = sum(whole.values()) - before
    print(f"{'all but pip':20} {total / 1e6:6.1f} MB, of which caches {(sum(cached.values()) - compiled) / 1e6:5.1f}")
    print(f"{'with pip':20} {(total + before) / 1e6:6.1f} MB; du says {disk / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
