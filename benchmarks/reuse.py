"""Measure `jihe reuse` on generated sets with ground truth, beside the usual tools for near-duplicate text.

    python benchmarks/reuse.py quality --reports 1000
    python benchmarks/reuse.py --seed 71 quality --per-region 60 --copied 0.06 --template 0.5
    python benchmarks/reuse.py quality --fresh --reports 1000
    python benchmarks/reuse.py scale --sizes 1000,3000,10000
    python benchmarks/reuse.py peers --reports 500
    python benchmarks/reuse.py degenerate
    python benchmarks/reuse.py incremental --reports 10000 --more 100

Every run is a process of its own, so that its memory is its own; wall and CPU seconds are both given, as the
machine may be shared. The sets come from `reuse_sets.py`; the rule for lone links in
large sets was chosen on its default seed, so judge accuracy with `--fresh`: another generator (`reuse_fresh.py`),
with other words, grammar, layout and edits, on which nothing was chosen.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from reuse_fresh import FreshMaker
from reuse_sets import Maker
from reuse_truth import iter_truth, read_truth, write_set

from jihe_audit.reuse import ReuseDocument, ReuseStore, find_reuse

Found = Iterable[tuple[str, int, int, str, int, int]]
"""Passages as (report, start, end, report, start, end)."""
SEED = 20_240_607


# measuring -------------------------------------------------------------------------------------------


def measured(name: str, folder: Path, out: Path, jobs: int) -> dict[str, Any]:
    """Run one matcher in its own process; returns its figures."""
    command = [sys.executable, __file__, "_run", name, str(folder), str(out), "--jobs", str(jobs)]
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        work = subprocess.Popen(command, stdout=said, stderr=errors, text=True)
        peak = 0.0
        while work.poll() is None:
            peak = max(peak, resident(work.pid))
            time.sleep(2)
        said.seek(0), errors.seek(0)
        if work.returncode:
            raise SystemExit(f"{name} failed:\n{errors.read()[-3000:]}")
        figures: dict[str, Any] = json.loads(said.read().splitlines()[-1])
    return figures | {"peak_gb": max(round(peak, 2), figures["peak_gb"])}


def resident(pid: int) -> float:
    """Memory of a process and all that it started, in GB; pages that several share are counted once."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
        children = [c for t in Path(f"/proc/{pid}/task").iterdir() for c in (t / "children").read_text("ascii").split()]
    except OSError:
        return 0.0
    own = next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return own / 1024**2 + sum(resident(int(child)) for child in children)


def run_one(name: str, folder: Path, out: Path, jobs: int) -> None:
    """The inside of `measured`: run, write passages, print figures."""
    from reuse_peers import PEERS

    matchers: dict[str, Callable[[Path, int], Found]] = {"jihe": run_jihe, **PEERS}
    begin = time.perf_counter()
    count = 0
    with out.open("w", encoding="utf-8") as lines:
        for passage in matchers[name](folder, jobs):
            lines.write(json.dumps(passage) + "\n")
            count += 1
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {
        "name": name,
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu": round(own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, 1),
        "peak_gb": round(own.ru_maxrss / 1024**2, 2),
        "passages": count,
    }
    print(json.dumps(figures))


def documents(folder: Path) -> Iterator[ReuseDocument]:
    """The reports of a set, read one at a time."""
    for row in iter_truth(folder):
        text = (folder / "texts" / f"{row['id']}.txt").read_text("utf-8")
        unit, region = str(row["unit"]), str(row["region"])
        yield ReuseDocument.from_text(str(row["id"]), text, unit=unit, region=region, year="2023")


def run_jihe(folder: Path, jobs: int) -> Iterator[tuple[str, int, int, str, int, int]]:
    """Read the texts and find substantive copies."""
    for p in find_reuse(documents(folder), jobs=jobs).passages:
        if p.grade == "substantive":
            yield p.a, p.a_start, p.a_end, p.b, p.b_start, p.b_end


# judging ---------------------------------------------------------------------------------------------


def judged(folder: Path, out: Path) -> dict[str, float]:
    """Character recall by edit, precision, and template wrongly reported, from the passages found."""
    rows: list[Any] = list(read_truth(folder))
    place = {row["id"]: i for i, row in enumerate(rows)}
    found = [bytearray(row["length"]) for row in rows]
    true = [bytearray(row["length"]) for row in rows]
    named: dict[int, set[int]] = {}
    with out.open(encoding="utf-8") as lines:
        for line in lines:
            a, a0, a1, b, b0, b1 = json.loads(line)
            i, j = place[a], place[b]
            found[i][a0:a1] = b"\1" * (a1 - a0)
            found[j][b0:b1] = b"\1" * (b1 - b0)
            named.setdefault(j, set()).add(i)
            named.setdefault(i, set()).add(j)
    hits: dict[str, int] = {}
    totals: dict[str, int] = {}
    sourced = copies = wrong = prescribed = 0
    for i, row in enumerate(rows):
        for low, high in row["prescribed"]:
            wrong += sum(found[i][low:high])
            prescribed += high - low
        for c in row["copies"]:
            true[i][c["start"] : c["end"]] = b"\1" * (c["end"] - c["start"])
            true[c["source"]][c["source_start"] : c["source_end"]] = b"\1" * (c["source_end"] - c["source_start"])
            if c["end"] - c["start"] < 60:
                continue
            totals[c["edit"]] = totals.get(c["edit"], 0) + c["end"] - c["start"]
            hits[c["edit"]] = hits.get(c["edit"], 0) + sum(found[i][c["start"] : c["end"]])
            copies += 1
            sourced += c["source"] in named.get(i, ())
    reported = sum(map(sum, found))
    right = sum(_both(f, t) for f, t in zip(found, true, strict=True))
    figures = {f"recall_{edit}": round(hits[edit] / totals[edit], 4) for edit in sorted(totals)}
    return {
        "recall": round(sum(hits.values()) / max(sum(totals.values()), 1), 4),
        "precision": round(right / max(reported, 1), 4),
        **figures,
        "source_named": round(sourced / max(copies, 1), 4),
        "template_wrongly": round(wrong / max(prescribed, 1), 4),
    }


def _both(one: bytearray, other: bytearray) -> int:
    return (int.from_bytes(one, "big") & int.from_bytes(other, "big")).bit_count()


# commands --------------------------------------------------------------------------------------------


def shown(figures: dict[str, Any]) -> None:
    print("  ".join(f"{key}={value}" for key, value in figures.items()), flush=True)


def quality(reports: int, mix: dict[str, float], jobs: int, seed: int, maker: type[Maker]) -> None:
    """Recall and precision of one set."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_set(folder, reports, seed=seed, maker=maker, **mix)
        figures = measured("jihe", folder, folder / "found.jsonl", jobs)
        shown({"reports": reports, "seed": seed, **mix, **figures, **judged(folder, folder / "found.jsonl")})


def scale(sizes: list[int], length: int, jobs: int, seed: int) -> None:
    """Cost by size, and the exponent between the smallest and the largest set."""
    costs = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            write_set(folder, size, seed=seed, length=length)
            figures = measured("jihe", folder, folder / "found.jsonl", jobs)
            shown({"reports": size, **figures, **judged(folder, folder / "found.jsonl")})
            costs.append((size, figures["cpu"]))
    (n0, c0), (n1, c1) = costs[0], costs[-1]
    if n1 > n0:
        print(f"cpu grows as N^{math.log(c1 / c0) / math.log(n1 / n0):.3f} from {n0} to {n1} reports")


def peers(reports: int, jobs: int, seed: int) -> None:
    """All matchers on the same set in one run."""
    from reuse_peers import PEERS

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_set(folder, reports, seed=seed)
        for name in ["jihe", *PEERS]:
            figures = measured(name, folder, folder / f"{name}.jsonl", jobs)
            shown({**figures, **judged(folder, folder / f"{name}.jsonl")})


def incremental(reports: int, more: int, length: int, jobs: int, seed: int) -> None:
    """What it costs to add a few reports to a large store."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_set(folder, reports + more, seed=seed, length=length)
        rows = documents(folder)
        for name, count in (("first", reports), ("added", more)):
            begin, start = time.process_time(), time.perf_counter()
            report = ReuseStore(folder / "store").add(islice(rows, count), jobs=jobs)
            figures = {"reports": count, "cpu": round(time.process_time() - begin, 1)}
            figures |= {"seconds": round(time.perf_counter() - start, 1), "passages": len(report.passages)}
            shown({"store": name, **figures})


def degenerate() -> None:
    """Inputs that break quadratic methods."""
    text = next(iter(Maker(1, seed=3))).text
    other = next(iter(Maker(1, seed=4))).text
    big = "".join(made.text for made in Maker(420, seed=5))
    cases = {
        "two identical reports": [("a", text), ("b", text)],
        "one report twice under one name": [("a", text), ("a", text)],
        "empty reports and empty sections": [
            ("a", ""),
            ("b", " \n\n"),
            ("c", "一、基本情况\n二、存在问题\n三、建议\n"),
        ],
        f"a report of {len(big.encode()) / 1e6:.1f} MB": [("a", big), ("b", text), ("c", other)],
        "the same, twice": [("a", big), ("b", big)],
        "5 MB without punctuation": [("a", "很" * 1_700_000), ("b", "很" * 5000)],
        "5 MB of one clause": [("a", "本单位严格执行财务管理制度，" * 120_000), ("b", text)],
        "10,000 copies of one template": [(str(i), text) for i in range(10_000)],
    }
    for name, reports in cases.items():
        begin = time.process_time()
        units = {i: f"单位{i}" for i, _ in reports}
        result = find_reuse(ReuseDocument.from_text(i, t, unit=units[i], region="甲") for i, t in reports)
        grades: dict[str, int] = {}
        for p in result.passages:
            grades[p.grade] = grades.get(p.grade, 0) + 1
        shown(
            {
                "case": name,
                "cpu": round(time.process_time() - begin, 1),
                "passages": grades,
                "same_text": [len(s.members) for s in result.same],
                "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, 2),
            }
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=SEED)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("quality")
    one.add_argument("--reports", type=int, default=1000)
    one.add_argument("--per-region", type=int, default=100)
    one.add_argument("--length", type=int, default=10_000)
    one.add_argument("--copied", type=float, default=0.1, help="share of a report copied from earlier ones")
    one.add_argument("--template", type=float, default=0.4, help="share that is outline or its region's template")
    one.add_argument("--fresh", action="store_true", help="the generator on which nothing was tuned")
    growing = commands.add_parser("scale")
    growing.add_argument("--sizes", default="1000,3000,10000")
    growing.add_argument("--length", type=int, default=10_000)
    commands.add_parser("peers").add_argument("--reports", type=int, default=500)
    commands.add_parser("degenerate")
    adding = commands.add_parser("incremental")
    adding.add_argument("--reports", type=int, default=10_000)
    adding.add_argument("--more", type=int, default=100)
    adding.add_argument("--length", type=int, default=10_000)
    inside = commands.add_parser("_run")
    inside.add_argument("name")
    inside.add_argument("folder", type=Path)
    inside.add_argument("out", type=Path)
    inside.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    if args.command == "quality":
        mix = {name: getattr(args, name) for name in ("per_region", "length", "copied", "template")}
        quality(args.reports, mix, args.jobs, args.seed, FreshMaker if args.fresh else Maker)
    elif args.command == "scale":
        scale([int(size) for size in args.sizes.split(",")], args.length, args.jobs, args.seed)
    elif args.command == "peers":
        peers(args.reports, args.jobs, args.seed)
    elif args.command == "incremental":
        incremental(args.reports, args.more, args.length, args.jobs, args.seed)
    elif args.command == "degenerate":
        degenerate()
    else:
        run_one(args.name, args.folder, args.out, args.jobs)


if __name__ == "__main__":
    main()
