"""Generated hostile uploads through the importers: `python -m bench.fuzz --files 10000 --seed 1`.

Each batch is read in a process of its own under limits on processor time and memory, so that a hang or a blow-up ends
that process and is counted; what failed is kept in a folder with its seed and number. Needs the tests' samples.
"""

import argparse
import json
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time

ROOT = Path(__file__).resolve().parent.parent
MOST_SECONDS, MOST_BYTES = 5.0, 1 << 30
KILL_SECONDS = 20.0
ADDRESS_BYTES = 6 << 30
BATCH = 500
SOME = 300


@dataclass
class Found:
    """Outcomes by kind, failures in words, the slowest case and the largest process."""

    n: int = 0
    failures: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    most_bytes: int = 0


def read_batch(seed: int, first: int, last: int) -> None:
    """In the child: read the cases [first, last) and print a line before and after each."""
    from tests.traces.importers.fuzzing import case, read_whole

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    for index in range(first, last):
        signal.setitimer(signal.ITIMER_PROF, KILL_SECONDS)
        given = case(seed, index)
        print(json.dumps({"began": index, "name": given.name}), flush=True)
        began = process_time()
        try:
            broken = read_whole(given)
            words = f"{broken.kind}: {broken.words}" if broken else ""
        except Exception:  # noqa: BLE001 what must not happen is what is counted
            words = traceback.format_exc(limit=-6)
        seconds = process_time() - began
        signal.setitimer(signal.ITIMER_PROF, 0)
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"ended": index, "seconds": seconds, "bytes": largest, "words": words}), flush=True)


def run(seed: int, first: int, last: int, kept: Path) -> Found:
    found = Found()
    while first < last:
        first = _run_batch(seed, first, min(first + BATCH, last), kept, found)
    return found


def _run_batch(seed: int, first: int, last: int, kept: Path, found: Found) -> int:
    """Read a batch in a process; returns the number to go on with (after a death: the next one)."""
    command = [sys.executable, "-m", "bench.fuzz", "--seed", str(seed), "--child", str(first), str(last)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        open_case: dict[str, object] = {}
        for line in child.stdout:
            told = json.loads(line)
            if "began" in told:
                open_case = told
                continue
            _count(told, open_case, seed, kept, found)
            open_case, first = {}, told["ended"] + 1
    if open_case:
        words = f"the process died with status {child.returncode}"
        _count({"ended": first, "seconds": KILL_SECONDS, "bytes": 0, "words": words}, open_case, seed, kept, found)
        return first + 1
    if child.returncode:
        raise RuntimeError(f"the batch from case {first} could not run: status {child.returncode}")
    return last


def _count(told: dict[str, object], case: dict[str, object], seed: int, kept: Path, found: Found) -> None:
    index, seconds, largest = int(str(told["ended"])), float(str(told["seconds"])), int(str(told["bytes"]))
    words = str(told["words"])
    if not words and seconds > MOST_SECONDS:
        words = f"took {seconds:.1f} s of processor time"
    if not words and largest > MOST_BYTES > found.most_bytes:
        words = f"the process grew to {largest >> 20} MB"
    found.n += 1
    found.slowest = max(found.slowest, (seconds, index))
    found.most_bytes = max(found.most_bytes, largest)
    if words:
        found.kinds[words.strip().splitlines()[-1][:160]] += 1
        found.failures.append(f"seed {seed}, case {index} ({case.get('name')}): {words}")
        _keep(seed, index, words, kept)


def _keep(seed: int, index: int, words: str, kept: Path) -> None:
    from tests.traces.importers.fuzzing import case

    folder = kept / f"{seed}-{index}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "WHY").write_text(words, encoding="utf-8")
    for number, (name, content) in enumerate(case(seed, index).files.items()):
        (folder / f"{number}").write_bytes(content)
        (folder / f"{number}.name").write_text(name, encoding="utf-8", errors="replace")


def rows() -> list[dict[str, str | float]]:
    """A few hundred cases, for the table of benches; the full run is this file's command."""
    return [_row(1, run(1, 0, SOME, Path(tempfile.mkdtemp(prefix="afterthought-fuzz-"))))]


def _row(seed: int, found: Found) -> dict[str, str | float]:
    return {
        "seed": str(seed),
        "files": found.n,
        "failures": len(found.failures),
        "slowest, processor s": found.slowest[0],
        "its number": found.slowest[1],
        "largest process, MB": found.most_bytes >> 20,
    }


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--keep", type=Path, help="folder for what failed (default: a temporary one)")
    parser.add_argument("--child", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        read_batch(given.seed, *given.child)
        return 0
    from bench.__main__ import table

    kept = given.keep or Path(tempfile.mkdtemp(prefix="afterthought-fuzz-"))
    found = run(given.seed, given.first, given.first + given.files, kept)
    print(table([_row(given.seed, found)]))
    for words, n in found.kinds.most_common():
        print(f"{n:6}  {words}")
    if found.failures:
        print(f"kept in {kept}")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
