#!/usr/bin/env python3
"""C-STORE of CT-sized images by DCMTK's storescu against xinglin and against Debian's Orthanc, both durable, same disk, one run.

usage: bench/dimse/run.py [--build DIR] [--work DIR] [--images N] [--rounds N] [--serve PROGRAM] [--associations N] [--postgresql]

Builds nothing: configure and build the preset `bench` first (targets dimse_server_bench and dimse_images_bench). Without
--serve the intake path alone is measured (dimse_server_bench); with --serve a whole `xinglin` binary. With --associations the
images are shared out among that many storescu at once; with --postgresql an Orthanc whose index is in PostgreSQL (Debian packages
postgresql, orthanc-postgresql) takes part as well. Orthanc listens on all
addresses, so everything runs in a private network namespace (needs root). Prints rates and ratios; exits 1 when a target
is missed: at least 3x Orthanc with TCP_NODELAY=1 on both sides, at least 20x Orthanc as it comes.
"""
import argparse
import json
import os
import platform
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import postgres  # noqa: E402

TARGETS = {"tuned": 3.0, "default": 20.0}


def wait_for_port(port, process, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit("a server ended before it listened")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit("a server did not start to listen")


def start_xinglin(options, folder, environment):
    if options.serve:
        command = [options.serve, "serve", "--data", str(folder), "--http", "127.0.0.1:0", "--dimse", "127.0.0.1:0",
                   "--mllp", "127.0.0.1:0"]
    else:
        command = [str(options.build / "bench/dimse/dimse_server_bench"), str(folder)]
    log = open(folder.parent / "xinglin.log", "w+")
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
    for _ in range(600):
        found = re.search(r"dimse=[^ \n]*:(\d+)", Path(log.name).read_text())
        if found:
            return process, int(found.group(1))
        time.sleep(0.05)
    sys.exit("xinglin did not print its port")


def start_orthanc(_options, folder, environment, more=None):
    """Every setting is Orthanc's default (SyncStorageArea is true) but where it keeps its files and its ports."""
    configuration = folder.parent / "orthanc.json"
    configuration.write_text(json.dumps({"StorageDirectory": str(folder), "IndexDirectory": str(folder),
                                         "DicomPort": 14242, "HttpPort": 18042, **(more or {})}))
    log = open(folder.parent / "orthanc.log", "w")
    process = subprocess.Popen(["Orthanc", str(configuration)], stdout=log, stderr=subprocess.STDOUT, env=environment)
    wait_for_port(14242, process)
    return process, 14242


def start_orthanc_pg(options, folder, environment):
    """The same with its index in PostgreSQL."""
    options.postgres = postgres.Postgres(options.work / "postgres")
    return start_orthanc(options, folder, environment, {"Plugins": [str(postgres.PLUGIN)], **options.postgres.configuration()})


def send(options, port, environment):
    """Sends all images, shared out among the associations; the seconds it took."""
    images = sorted((options.work / "images").iterdir())
    shares = [images[i::options.associations] for i in range(options.associations)]
    whole = [options.work / "images"]  # the folder, as an argument for each image is slower to read
    begin = time.monotonic()
    senders = [subprocess.Popen(["storescu", "-aec", "XINGLIN", *(["+sd"] if len(shares) == 1 else []), "127.0.0.1", str(port),
                                 *map(str, whole if len(shares) == 1 else share)], env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True) for share in shares]
    errors = [sender.communicate()[1] for sender in senders]
    seconds = time.monotonic() - begin
    if any(sender.returncode for sender in senders):
        sys.exit(f"storescu failed: {' '.join(errors)[-500:]}")
    return seconds


def orthanc_instances():
    import urllib.request
    with urllib.request.urlopen("http://127.0.0.1:18042/statistics") as answer:
        return json.load(answer)["CountInstances"]


def settle(options, folder):
    """The same start for everybody: what was written before is on the disk, the images are in memory, and the memory that
    the run will take was touched once (a virtual machine gets it from its host page by page at the first touch). Nothing is
    deleted between runs: for half a minute ext4 looks at every inode just freed before it makes a file."""
    folder.mkdir(parents=True)
    subprocess.run(["sync"], check=True)
    subprocess.run([sys.executable, "-c", "b = bytearray(2 << 30)"], check=True)
    for image in (options.work / "images").iterdir():
        image.read_bytes()


def measure(options, name, start, tuned):
    options.runs += 1
    folder = options.work / "data" / str(options.runs) / "store"
    settle(options, folder)
    environment = dict(os.environ)
    environment.pop("TCP_NODELAY", None)
    if tuned:
        environment["TCP_NODELAY"] = "1"
    process, port = start(options, folder, environment)
    seconds = send(options, port, environment)
    if start is not start_xinglin and orthanc_instances() != options.images:
        sys.exit("Orthanc does not hold all instances")
    process.terminate()
    process.wait(timeout=60)
    if start is start_orthanc_pg:
        options.postgres.stop()
    if start is start_xinglin:
        stored = sum(1 for _ in folder.rglob("*.dcm"))
        if stored != options.images:
            sys.exit(f"xinglin holds {stored} of {options.images} instances")
    rate = options.images / seconds
    print(f"  {name:10} {'tuned' if tuned else 'default':8} {seconds:7.2f} s {rate:8.1f} images/s", flush=True)
    return rate


def cpu_name():
    text = Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.*)", text)
    return found.group(1) if found else platform.machine()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=ROOT / "build/bench")
    parser.add_argument("--work", type=Path, default=ROOT / "build/bench-work/dimse")
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3, help="the median is compared; disks stall now and then")
    parser.add_argument("--associations", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true", help="an Orthanc with its index in PostgreSQL as well")
    parser.add_argument("--tuned-only", action="store_true", help="leave the slow default configuration out (for a quick look)")
    parser.add_argument("--serve", help="measure this xinglin binary instead of the intake path alone")
    return parser.parse_args()


def main():
    options = parse()
    for program in ("storescu", "Orthanc", "unshare", "ip"):
        if shutil.which(program) is None:
            sys.exit(f"skipped: {program} is not installed (apt-get install dcmtk orthanc iproute2)")
    if os.environ.get("XL_BENCH_NAMESPACE") != "1":
        os.environ["XL_BENCH_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    images = options.work / "images"
    if len(list(images.glob("*.dcm"))) != options.images:
        shutil.rmtree(images, ignore_errors=True)
        subprocess.run([str(options.build / "bench/dimse/dimse_images_bench"), str(images), str(options.images)], check=True)
    print(f"{options.images} images of 512 x 512 x 16 bit, storescu, associations at once: {options.associations}; {os.cpu_count()} x {cpu_name()}")
    options.runs = 0
    shutil.rmtree(options.work / "data", ignore_errors=True)
    servers = [("xinglin", start_xinglin), ("orthanc", start_orthanc)]
    if options.postgresql:
        if postgres.programs() is None:
            sys.exit("skipped: PostgreSQL is not installed (apt-get install postgresql orthanc-postgresql)")
        servers.append(("orthanc-pg", start_orthanc_pg))
    rates = {}
    for number in range(options.rounds):
        print(f"round {number + 1}, load {os.getloadavg()[0]:.1f}")
        for tuned in (True,) if options.tuned_only else (True, False):
            for name, start in servers:
                rates.setdefault((name, tuned), []).append(measure(options, name, start, tuned))
    missed = False
    for tuned, label in ((True, "tuned"), (False, "default")):
        if ("xinglin", tuned) not in rates:
            continue
        ours, theirs = (statistics.median(rates[(name, tuned)]) for name in ("xinglin", "orthanc"))
        ratio = ours / theirs
        missed = missed or ratio < TARGETS[label]
        print(f"{label:8} xinglin {ours:.0f}/s, Orthanc {theirs:.0f}/s: {ratio:.1f}x (target {TARGETS[label]:.0f}x)")
        if options.postgresql:
            other = statistics.median(rates[("orthanc-pg", tuned)])
            print(f"{label:8} xinglin {ours:.0f}/s, Orthanc with PostgreSQL {other:.0f}/s: {ours / other:.1f}x")
    shutil.rmtree(options.work / "data", ignore_errors=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
