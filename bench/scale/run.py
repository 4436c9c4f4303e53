#!/usr/bin/env python3
"""The flat curve: the same questions put to archives of 10 thousand, 1 million and 10 million synthetic studies.

usage: bench/scale/run.py [--build DIR] [--work DIR] [--sizes N,N,N] [--queries N] [--svg FILE] [--keep]

Fills an index for each size (archive_fill_bench, the rows of intake; 10 million studies take half an hour and 20 GB), starts a
fresh `xinglin serve` over each and asks it over HTTP and DIMSE, one client, one connection: QIDO-RS with the parameters of the
OHIF study list, our own /api/studies, C-FIND, and C-STORE of small images. Values asked for are drawn from the index by a fixed
seed and differ from request to request. With --cold the file is put out of the page cache before each server starts. Prints p50
and p99 and draws them; exits 1 when a target is missed (p99 at the largest size at most twice that at the smallest, and 50 ms).
"""
import argparse
import http.client
import json
import os
import platform
import random
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/e2e"), str(Path(__file__).parent)]
import plot  # noqa: E402
import raw_store  # noqa: E402

OHIF = "limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090,00100030"
STUDY_FIND = b"1.2.840.10008.5.1.4.1.2.2.1"
CR_STORAGE = b"1.2.840.10008.5.1.4.1.1.1"
IMPLICIT = b"1.2.840.10008.1.2"
P99_MAX_MS, GROWTH_MAX = 50.0, 2.0


def element(group, number, value):
    value = value.encode()
    value += (b"\0" if number in (0x0016, 0x0018, 0x000D, 0x000E) else b" ") * (len(value) % 2)
    return group.to_bytes(2, "little") + number.to_bytes(2, "little") + len(value).to_bytes(4, "little") + value


def image(number, patient):
    """A small image of a new study."""
    uid = f"1.2.826.0.1.3680043.10.98.{number}"
    texts = [(0x0008, 0x0005, "ISO_IR 192"), (0x0008, 0x0016, CR_STORAGE.decode()), (0x0008, 0x0018, uid + ".1.1"),
             (0x0008, 0x0020, "20261122"), (0x0008, 0x0030, "080000"), (0x0008, 0x0050, f"N{number}"), (0x0008, 0x0060, "CR"),
             (0x0010, 0x0010, patient[1]), (0x0010, 0x0020, patient[0]), (0x0010, 0x0021, "SYNTHETIC"), (0x0020, 0x000D, uid),
             (0x0020, 0x000E, uid + ".1"), (0x0020, 0x0010, "1"), (0x0020, 0x0013, "1")]
    pixels = bytes(2048)
    return (uid + ".1.1").encode(), b"".join(element(*text) for text in texts) + (
        b"\xe0\x7f\x10\x00" + len(pixels).to_bytes(4, "little") + pixels)


class Samples:
    """Values that are in the index, drawn evenly over the studies."""

    def __init__(self, database, count, seed):
        self.random = random.Random(seed)
        index = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        studies, self.instances = index.execute("SELECT studies, instances FROM archive_figures").fetchone()
        ids = sorted(self.random.sample(range(1, studies + 1), min(count, studies)))
        self.rows = [index.execute("SELECT patient_id, accession_number, date, patient_name, modalities FROM archive_study WHERE id = ?",
                                   (one,)).fetchone() for one in ids]
        self.random.shuffle(self.rows)
        self.pages = index.execute("PRAGMA page_count").fetchone()[0] * index.execute("PRAGMA page_size").fetchone()[0]
        index.close()

    def of(self, column, count):
        return [self.rows[i % len(self.rows)][column] for i in range(count)]


def week(date):
    return f"{date}-{date[:6]}{min(28, int(date[6:]) + 6):02}" if int(date[6:]) <= 22 else f"{date}-{date}"


def family_and_letter(name):
    latin = name.split("=")[0]
    cut = latin.index("^")
    return latin[:cut] + "^" + latin[cut + 1:cut + 3]


def dashed(date):
    return f"{date[:4]}-{date[4:6]}-{date[6:]}"


def questions(samples, count):
    """{what: paths}: QIDO-RS as OHIF asks, then the page of studies."""
    qido, page = f"/dicom-web/studies?{OHIF}", "/api/studies?limit=50"
    ids, numbers, dates, names = (samples.of(column, count) for column in range(4))
    kinds = [kind.split("\\")[0] for kind in samples.of(4, count)]
    return {
        "QIDO patient id": [f"{qido}&00100020={one}" for one in ids],
        "QIDO accession": [f"{qido}&00080050={one}" for one in numbers],
        "QIDO date range": [f"{qido}&StudyDate={week(one)}" for one in dates],
        "QIDO modality + date": [f"{qido}&ModalitiesInStudy={kind}&StudyDate={week(one)}" for kind, one in zip(kinds, dates)],
        "QIDO name prefix": [f"{qido}&PatientName={quote(family_and_letter(one))}*" for one in names],
        "QIDO newest": [qido] * count,
        "page newest": [page] * count,
        "page patient id": [f"{page}&patient_id={one[:-1]}" for one in ids],
        "page name": [f"{page}&name={quote(family_and_letter(one).replace('^', ' '))}" for one in names],
        "page modality + date": [f"{page}&modality={kind}&from={dashed(one)}&to={dashed(one)}" for kind, one in zip(kinds, dates)],
    }


class Server:
    def __init__(self, binary, data):
        self.log = open(data.parent / "server.log", "w")
        begin = time.monotonic()
        self.process = subprocess.Popen([binary, "serve", "--data", str(data), "--http", "127.0.0.1:0", "--dimse", "127.0.0.1:0",
                                         "--mllp", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.process.stdout:
            if line.startswith("listening "):
                break
        else:
            sys.exit(f"the server ended: see {self.log.name}")
        self.start_s = time.monotonic() - begin
        self.http, self.dimse = (int(re.search(rf" {name}=127.0.0.1:(\d+)", line).group(1)) for name in ("http", "dimse"))
        subprocess.run([binary, "peer", "add", "--data", str(data), "--may", "find", "RAW", "127.0.0.1:104"], check=True)
        self.token = subprocess.run([binary, "token", "--data", str(data), "--role", "clinician", "--ttl", "4h"], check=True,
                                    capture_output=True, text=True).stdout.strip()

    def memory_mib(self):
        return int(re.search(r"VmRSS:\s*(\d+)", Path(f"/proc/{self.process.pid}/status").read_text()).group(1)) / 1024

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=120)


def timed(times, work):
    begin = time.perf_counter()
    out = work()
    times.append((time.perf_counter() - begin) * 1000)
    return out


def percentiles(times):
    ordered = sorted(times)
    return {"p50": ordered[len(ordered) // 2], "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]}


def ask_all(server, asked, answers):
    connection = http.client.HTTPConnection("127.0.0.1", server.http, timeout=600)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    headers = {"Authorization": f"Bearer {server.token}", "Accept": "application/json, application/dicom+json"}

    def get(path):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    for what, paths in asked.items():
        times, rows = [], 0
        for path in paths:
            status, body = timed(times, lambda: get(path))
            if status not in (200, 204):
                sys.exit(f"{path}: {status} {body[:300]}")
            found = json.loads(body or b"[]")
            rows += len(found["items"] if isinstance(found, dict) else found)
        if rows == 0:
            sys.exit(f"{what} found nothing")
        answers[what] = {**percentiles(times), "rows": rows / len(paths)}


def find_and_store(server, samples, count, serial, answers):
    times = []
    with raw_store.Association(server.dimse, [(STUDY_FIND, IMPLICIT), (CR_STORAGE, IMPLICIT)]) as association:
        for patient in samples.of(0, count):
            identifier = (element(0x0008, 0x0050, "") + element(0x0008, 0x0052, "STUDY") + element(0x0010, 0x0020, patient)
                          + element(0x0020, 0x000D, ""))
            rows, _ = timed(times, lambda: association.find(STUDY_FIND, identifier))
            if not rows:
                sys.exit("C-FIND found nothing")
        answers["C-FIND patient id"] = {**percentiles(times), "rows": 0}
        times = []
        for i in range(count):
            patient = samples.rows[i % len(samples.rows)] if i % 2 else None
            uid, data_set = image(serial + i, (patient[0], patient[3]) if patient else (f"NEW{serial + i}", f"New^Patient{serial + i}"))
            if timed(times, lambda: association.store(CR_STORAGE, uid, data_set)) != 0:
                sys.exit("C-STORE was refused")
        answers["C-STORE new study"] = {**percentiles(times), "rows": 0, "per_second": 1000 * count / sum(times)}
        association.release()


def fill(options, size, database):
    database.parent.mkdir(parents=True, exist_ok=True)
    with open(database.parent / "fill.log", "w") as log:
        subprocess.run([str(options.build / "src/core/archive/archive_fill_bench"), str(database), str(size)], check=True, stdout=log)
    index = sqlite3.connect(database)
    with index:  # there are no files to read again: the next pass is due in some weeks
        index.execute("UPDATE archive_scrub SET last_pass_finished_at = ?", (int(time.time() * 1e6),))
    index.close()


def measure(options, size):
    data = options.work / str(size) / "data"
    database = data / "xinglin.db"
    fill(options, size, database)
    samples = Samples(database, 2000, size)
    if options.cold:
        handle = os.open(database, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)
    server = Server(options.serve, data)
    answers = {}
    try:
        ask_all(server, questions(samples, options.queries), answers)
        find_and_store(server, samples, options.queries, int(time.time()) * 1000, answers)
        memory = server.memory_mib()
    finally:
        server.stop()
    return {"studies": size, "instances": samples.instances, "bytes": samples.pages, "start_s": server.start_s,
            "memory_mib": memory, "answers": answers}


def print_table(results):
    sizes = [one["studies"] for one in results]
    print(f"{'p50 / p99, ms':24}" + "".join(f"{size:>20,}" for size in sizes) + "    p99 last/first")
    missed = False
    for what in results[0]["answers"]:
        row = [one["answers"][what] for one in results]
        growth = row[-1]["p99"] / row[0]["p99"]
        bad = (growth > GROWTH_MAX and row[-1]["p99"] > 1) or row[-1]["p99"] > P99_MAX_MS
        missed = missed or bad
        print(f"{what:24}" + "".join(f"{one['p50']:>11.2f} /{one['p99']:>7.2f}" for one in row) + f"{growth:>12.2f}x"
              + ("  missed" if bad else ""))
    for what, unit, value in (("instances", "", lambda r: f"{r['instances']:,}"), ("C-STORE", "/s", lambda r: f"{r['answers']['C-STORE new study']['per_second']:.0f}"),
                              ("index per instance", " B", lambda r: f"{r['bytes'] / r['instances']:.0f}"),
                              ("index per study", " B", lambda r: f"{r['bytes'] / r['studies']:.0f}"),
                              ("start to listening", " s", lambda r: f"{r['start_s']:.2f}"),
                              ("resident memory", " MiB", lambda r: f"{r['memory_mib']:.0f}")):
        print(f"{what:24}" + "".join(f"{value(one) + unit:>20}" for one in results))
    return missed


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/bench")
    parser.add_argument("--serve", help="the xinglin binary; the one of --build unless given")
    parser.add_argument("--work", type=Path, default=ROOT / "build/bench-work/scale")
    parser.add_argument("--sizes", default="10000,1000000,10000000")
    parser.add_argument("--queries", type=int, default=300, help="of each kind")
    parser.add_argument("--cold", action="store_true", help="begin with nothing of the index in memory")
    parser.add_argument("--svg", type=Path, help="where to draw the curves")
    parser.add_argument("--keep", action="store_true", help="leave the filled indexes where they are")
    return parser.parse_args()


def main():
    options = parse()
    options.serve = str(Path(options.serve or options.build / "src/main/xinglin").resolve())
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{options.queries} requests of each kind, {'cold' if options.cold else 'warm'}; {os.cpu_count()} x "
          f"{processor.group(1) if processor else platform.machine()}, load {os.getloadavg()[0]:.1f}", flush=True)
    results = [measure(options, int(size)) for size in options.sizes.split(",")]
    missed = print_table(results)
    (options.work / "results.json").write_text(json.dumps(results, indent=1))
    if options.svg:
        options.svg.write_text(plot.draw(results))
    if not options.keep:
        shutil.rmtree(options.work)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
