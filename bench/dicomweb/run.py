#!/usr/bin/python3
"""DICOMweb against xinglin and Debian's Orthanc with its DICOMweb plugin: the same requests, same disk, one run.

usage: bench/dicomweb/run.py --serve XINGLIN [--work DIR] [--slices N] [--studies N] [--rounds N] [--only xinglin|orthanc|orthanc-pg]
       [--postgresql]

STOW-RS of one synthetic CT series (512 x 512 x 16 bit) and of many studies of one small image; QIDO-RS as the list of the OHIF
viewer asks; /metadata of the whole series, plain and gzip; WADO-RS of single frames and of the series. One client, one connection
kept alive. Orthanc listens on all addresses, so everything runs in a private network namespace (needs root). Needs the Debian
packages orthanc, orthanc-dicomweb, python3-pydicom; with --postgresql an Orthanc whose index is in PostgreSQL takes part as well
(packages postgresql, orthanc-postgresql). Prints figures and ratios.
"""
import argparse
import http.client
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

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))
import postgres  # noqa: E402

CT_STUDY, CT_SERIES = "2.25.600", "2.25.600.1"
COMMON = "limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090,00100030"
SEARCHES = (f"/studies?{COMMON}", f"/studies?PatientName=*Patient1*&{COMMON}", f"/studies?00100020=*7*&ModalitiesInStudy=CT&{COMMON}",
            f"/studies?StudyDate=20260101-20261231&{COMMON}")
FRAME = "multipart/related; type=application/octet-stream; transfer-syntax=*"
OBJECTS = 'multipart/related; type="application/dicom"; transfer-syntax=*'


def image(study, series, instance, number, side, pixels, patient):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = "1.2.840.10008.5.1.4.1.1.2", instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    out = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    out.is_little_endian, out.is_implicit_VR = True, False
    out.SOPClassUID, out.SOPInstanceUID = meta.MediaStorageSOPClassUID, instance
    out.StudyInstanceUID, out.SeriesInstanceUID, out.InstanceNumber = study, series, number
    out.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    out.StudyDate, out.StudyTime, out.Modality, out.AccessionNumber = "20261122", "080000", "CT", f"A{patient}"
    out.Manufacturer, out.StudyDescription, out.SeriesDescription = "synthetic", "Throughput", "Axial 1 mm"
    out.PatientName, out.PatientID, out.PatientBirthDate, out.PatientSex = f"Synthetic^Patient{patient}", f"BENCH-{patient}", "19600101", "O"
    out.ReferringPhysicianName, out.StudyID, out.SeriesNumber = "", "1", 1
    out.SliceThickness, out.KVP, out.ConvolutionKernel = 1.0, 120, "B30f"
    out.FrameOfReferenceUID, out.ImagePositionPatient = study + ".9", [0.0, 0.0, float(number)]
    out.ImageOrientationPatient, out.PixelSpacing = [1, 0, 0, 0, 1, 0], [0.7, 0.7]
    out.SamplesPerPixel, out.PhotometricInterpretation, out.Rows, out.Columns = 1, "MONOCHROME2", side, side
    out.BitsAllocated, out.BitsStored, out.HighBit, out.PixelRepresentation = 16, 12, 11, 0
    out.WindowCenter, out.WindowWidth, out.RescaleIntercept, out.RescaleSlope = 40, 400, -1024, 1
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "T-D4000", "SRT", "Abdomen"
    out.AnatomicRegionSequence = [code]
    out.PixelData = pixels
    return out


def make_files(options):
    folder = options.work / f"images-{options.slices}-{options.studies}"
    if (folder / "done").exists():
        return sorted(folder.glob("ct-*.dcm")), sorted(folder.glob("small-*.dcm"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    row = os.urandom(1 << 20).translate(bytes(i & 15 for i in range(256)))
    for i in range(options.slices):
        pixels = row[i * 64:] + row[:i * 64]
        image(CT_STUDY, CT_SERIES, f"{CT_SERIES}.{i + 1}", i + 1, 512, pixels[:512 * 512 * 2], 0).save_as(folder / f"ct-{i:05}.dcm",
                                                                                                         write_like_original=False)
    for i in range(1, options.studies + 1):
        image(f"2.25.{1000 + i}", f"2.25.{1000 + i}.1", f"2.25.{1000 + i}.1.1", 1, 32, row[:2048], i).save_as(
            folder / f"small-{i:05}.dcm", write_like_original=False)
    (folder / "done").touch()
    return make_files(options)


class Xinglin:
    name = "xinglin"

    def __init__(self, options, folder):
        log = open(folder.parent / "xinglin.log", "w+")
        self.process = subprocess.Popen([options.serve, "serve", "--data", str(folder), "--http", "127.0.0.1:0", "--dimse",
                                         "127.0.0.1:0", "--mllp", "127.0.0.1:0"], stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            found = re.search(r"http=127.0.0.1:(\d+)", Path(log.name).read_text())
            if found:
                break
            time.sleep(0.05)
        else:
            sys.exit("xinglin did not print its port")
        self.port = int(found.group(1))
        self.tokens = {role: subprocess.run([options.serve, "token", "--data", str(folder), "--role", role, "--ttl", "1h"], check=True,
                                            capture_output=True, text=True).stdout.strip() for role in ("sender", "clinician")}

    def stop(self):
        pass

    def headers(self, storing):
        return {"Authorization": f"Bearer {self.tokens['sender' if storing else 'clinician']}"}


class Orthanc:
    """Orthanc's defaults (data synced to the disk) but for places, ports, the character set, and the metadata of the plugin: Full,
    as OHIF needs it."""
    name = "orthanc"
    port = 18042

    def __init__(self, _options, folder, plugins=(), more=None):
        configuration = folder.parent / "orthanc.json"
        configuration.write_text(json.dumps({
            "StorageDirectory": str(folder), "IndexDirectory": str(folder), "DicomPort": 14242, "HttpPort": self.port,
            "DefaultEncoding": "Utf8", "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so", *map(str, plugins)],
            "DicomWeb": {"Enable": True, "Root": "/dicom-web/", "StudiesMetadata": "Full", "SeriesMetadata": "Full"}, **(more or {})}))
        log = open(folder.parent / "orthanc.log", "w")
        self.process = subprocess.Popen(["Orthanc", str(configuration)], stdout=log, stderr=subprocess.STDOUT)
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("Orthanc did not start to listen")

    def headers(self, _storing):
        return {}

    def stop(self):
        pass


class OrthancWithPostgres(Orthanc):
    name = "orthanc-pg"

    def __init__(self, options, folder):
        self.postgres = postgres.Postgres(options.work / "postgres")
        super().__init__(options, folder, [postgres.PLUGIN], self.postgres.configuration())

    def stop(self):
        self.postgres.stop()


class Client:
    def __init__(self, server, storing=False):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = server.headers(storing)

    def ask(self, method, path, body=None, **headers):
        self.connection.request(method, "/dicom-web" + path, body, {**self.headers, **headers})
        answer = self.connection.getresponse()
        got = answer.read()
        if answer.status not in (200, 204):
            sys.exit(f"{method} {path}: {answer.status} {got[:300]}")
        return got


def store(server, files, batch):
    client, sent = Client(server, storing=True), 0
    bodies = []
    for at in range(0, len(files), batch):
        bodies.append(b"".join(b"--cut\r\nContent-Type: application/dicom\r\n\r\n" + file.read_bytes() + b"\r\n"
                               for file in files[at:at + batch]) + b"--cut--\r\n")
    begin = time.monotonic()
    for body in bodies:
        client.ask("POST", "/studies", body, **{"Content-Type": 'multipart/related; type="application/dicom"; boundary=cut',
                                                "Accept": "application/dicom+json"})
        sent += len(body)
    return time.monotonic() - begin, sent


def timed(work):
    begin = time.monotonic()
    got = work()
    return time.monotonic() - begin, got


def measure(server, options, ct, small):
    out = {}
    seconds, sent = store(server, ct, 20)
    out["STOW CT, MB/s"] = sent / seconds / 1e6
    seconds, _ = store(server, small, 1)
    out["STOW small, requests/s"] = len(small) / seconds
    client = Client(server)
    times = []
    for i in range(options.searches):
        seconds, got = timed(lambda: client.ask("GET", SEARCHES[i % len(SEARCHES)], Accept="application/dicom+json"))
        if not json.loads(got or b"[]"):
            sys.exit(f"nothing found by {SEARCHES[i % len(SEARCHES)]}")
        times.append(seconds * 1000)
    times.sort()
    out["QIDO p50, ms"], out["QIDO p99, ms"] = times[len(times) // 2], times[len(times) * 99 // 100]
    metadata = f"/studies/{CT_STUDY}/series/{CT_SERIES}/metadata"
    for name, more in (("metadata, ms", {}), ("metadata gzip, ms", {"Accept-Encoding": "gzip"})):
        runs = [timed(lambda: client.ask("GET", metadata, Accept="application/dicom+json", **more)) for _ in range(3)]
        out[name] = statistics.median(seconds for seconds, _ in runs) * 1000
        if not more and len(json.loads(runs[0][1])) != len(ct):
            sys.exit("the metadata is not whole")
    frames = range(1, len(ct) + 1)

    def all_frames():
        return [client.ask("GET", f"/studies/{CT_STUDY}/series/{CT_SERIES}/instances/{CT_SERIES}.{i}/frames/1", Accept=FRAME)
                for i in frames]

    for name in ("frames, first time, 1/s", "frames again, 1/s"):
        seconds, got = timed(all_frames)
        if any(512 * 512 * 2 not in range(len(one) - 1000, len(one)) for one in got):
            sys.exit("a frame has another size")
        out[name] = len(ct) / seconds
    seconds, got = timed(lambda: client.ask("GET", f"/studies/{CT_STUDY}/series/{CT_SERIES}", Accept=OBJECTS))
    out["WADO series, MB/s"] = len(got) / seconds / 1e6
    return out


def run(server_of, options, ct, small):
    folder = options.work / "data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["sync"], check=True)
    for file in [*ct, *small]:
        file.read_bytes()
    server = server_of(options, folder)
    try:
        return measure(server, options, ct, small)
    finally:
        server.process.terminate()
        server.process.wait(timeout=60)
        server.stop()


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--serve", required=True, help="the xinglin binary, of a release build")
    parser.add_argument("--work", type=Path, default=ROOT / "build/bench-work/dicomweb")
    parser.add_argument("--slices", type=int, default=600)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1, help="the median is compared")
    parser.add_argument("--only", choices=("xinglin", "orthanc", "orthanc-pg"))
    parser.add_argument("--postgresql", action="store_true", help="an Orthanc with its index in PostgreSQL as well")
    return parser.parse_args()


def main():
    options = parse()
    options.serve = str(Path(options.serve).resolve())
    plugin = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
    for program in ("Orthanc", "unshare", "ip"):
        if shutil.which(program) is None or not plugin.exists():
            sys.exit(f"skipped: {program} or its plugin is not installed (apt-get install orthanc orthanc-dicomweb iproute2)")
    options.work.mkdir(parents=True, exist_ok=True)
    ct, small = make_files(options)
    if os.environ.get("XL_BENCH_NAMESPACE") != "1":
        os.environ["XL_BENCH_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--net", sys.executable, *sys.argv])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    print(f"{len(ct)} slices of 512 x 512 x 16 bit and {len(small)} small studies; {os.cpu_count()} x "
          f"{processor.group(1) if processor else platform.machine()}, load {os.getloadavg()[0]:.1f}")
    if options.postgresql and postgres.programs() is None:
        sys.exit("skipped: PostgreSQL is not installed (apt-get install postgresql orthanc-postgresql)")
    servers = [s for s in (Xinglin, Orthanc, *((OrthancWithPostgres,) if options.postgresql else ())) if options.only in (None, s.name)]
    figures = {s.name: [] for s in servers}
    for _ in range(options.rounds):
        for server in servers:
            figures[server.name].append(run(server, options, ct, small))
    print(f"{'':26}" + "".join(f"{name:>12}" for name in figures) + "".join("       ratio" for _ in servers[1:]))
    for what in figures[servers[0].name][0]:
        values = [statistics.median(one[what] for one in figures[s.name]) for s in servers]
        line = f"{what:26}" + "".join(f"{value:12.1f}" for value in values)
        for other in values[1:]:
            ratio = values[0] / other if what.endswith("/s") else other / values[0]
            line += f"{ratio:11.1f}x"
        print(line, flush=True)
    shutil.rmtree(options.work / "data", ignore_errors=True)


if __name__ == "__main__":
    main()
