#!/usr/bin/env python3
"""Start to ready, and memory when idle: starts the server on an empty directory and again on the same directory, several
times; prints the median and maximum of the time from exec to the first 200 of /readyz, and the resident memory after it
has been idle. Usage: bench/start/run.py [BINARY]"""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "build/release/src/main/xinglin")


def start(data):
    began = time.monotonic()
    process = subprocess.Popen([BINARY, "serve", "--data", data, "--http", "127.0.0.1:0", "--dimse", "127.0.0.1:0",
                                "--mllp", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if line.startswith("listening "):
            base = "http://" + line.split("http=")[1].split()[0]
            break
    urllib.request.urlopen(base + "/readyz", timeout=10).read()
    return process, time.monotonic() - began


def resident_mib(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def main():
    fresh, again, memory = [], [], []
    for _ in range(10):
        with tempfile.TemporaryDirectory() as folder:
            for times in (fresh, again):
                process, seconds = start(folder + "/data")
                times.append(seconds)
                if times is again:
                    time.sleep(2)  # idle
                    memory.append(resident_mib(process))
                process.terminate()
                process.wait(timeout=15)
    for name, values, unit in (("start to ready, empty directory", fresh, "s"), ("start to ready, again", again, "s"),
                               ("resident memory when idle", memory, "MiB")):
        print(f"{name}: median {statistics.median(values):.3f} {unit}, maximum {max(values):.3f} {unit}")


if __name__ == "__main__":
    main()
