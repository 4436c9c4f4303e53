#!/usr/bin/python3
"""The record over HTTP: durable import of transaction bundles, reads by id, a mix of searches, $validate and $validate-code.

usage: bench/record/run.py --serve XINGLIN --client RECORD_CLIENT_BENCH [--work DIR] [--resources N] [--rounds N] [--only PART,...]

Bundles are those of ../shared/data/fhir/synthea (or XL_SHARED_DATA), under new ids for every repetition; without them bundles are
made here after the ward of the simulator. Import is measured on an empty data directory with the client on the same two cores,
several connections, each bundle one durable transaction. Reads and searches are measured on --resources resources, put there
by `xinglin import` of the same content as NDJSON (its speed is printed as well). All draws are seeded. Parts: import, load, read,
search, validate, code. Prints figures; the machine's load at the time is part of them.
"""
import argparse
import gzip
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("XL_SHARED_DATA", ROOT.parent / "shared" / "data")) / "fhir/synthea"
MARK = "\x00"  # where a repetition puts its number into an id


def ward_bundles(count):
    """What stands in for Synthea where it is absent: a patient, a stay and four hundred vital signs each."""
    draw = random.Random(7)
    codes = [("8867-4", "Heart rate", "/min", 80), ("9279-1", "Respiratory rate", "/min", 16), ("8310-5", "Body temperature", "Cel", 37),
             ("59408-5", "Oxygen saturation", "%", 96), ("8480-6", "Systolic blood pressure", "mm[Hg]", 120)]
    for n in range(count):
        patient, stay = (str(uuid.UUID(int=draw.getrandbits(128))) for _ in range(2))
        entries = [(patient, {"resourceType": "Patient", "identifier": [{"system": "urn:ward", "value": f"W{n}"}],
                              "name": [{"family": f"Ward{n}", "given": ["Test"]}], "gender": draw.choice(["male", "female"]),
                              "birthDate": f"{draw.randint(1930, 2005)}-0{draw.randint(1, 9)}-1{draw.randint(0, 9)}"}),
                   (stay, {"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
                           "subject": {"reference": f"urn:uuid:{patient}"}})]
        for i in range(400):
            code, name, unit, mean = draw.choice(codes)
            entries.append((str(uuid.UUID(int=draw.getrandbits(128))), {
                "resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org", "code": code,
                                                                                       "display": name}]},
                "subject": {"reference": f"urn:uuid:{patient}"}, "encounter": {"reference": f"urn:uuid:{stay}"},
                "effectiveDateTime": f"20{draw.randint(10, 25)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}T{i % 24:02}:00:00Z",
                "valueQuantity": {"value": round(draw.gauss(mean, mean / 10), 1), "unit": unit, "code": unit,
                                  "system": "http://unitsofmeasure.org"}}))
        yield {"resourceType": "Bundle", "type": "transaction", "entry": [
            {"fullUrl": f"urn:uuid:{key}", "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
            for key, resource in entries]}


def bundles():
    files = sorted(DATA.glob("*.json.gz"))
    if not files:
        print(f"no Synthea below {DATA}: bundles after the simulator's ward", file=sys.stderr)
        yield from ward_bundles(40)
    for file in files:
        yield json.loads(gzip.decompress(file.read_bytes()))


def lines_of(bundle, known):
    """The resources of a bundle as lines with marked ids, references among them resolved."""
    ids = {entry["fullUrl"]: f'{entry["resource"]["resourceType"]}/{entry["fullUrl"][9:]}{MARK}' for entry in bundle["entry"]}

    def resolved(value):
        if isinstance(value, dict):
            return {k: ids.get(v, v) if k == "reference" else resolved(v) for k, v in value.items()}
        return [resolved(v) for v in value] if isinstance(value, list) else value
    for entry in bundle["entry"]:
        resource = resolved(entry["resource"])
        if resource["resourceType"] in known:
            resource["id"] = entry["fullUrl"][9:] + MARK
            yield resource["resourceType"], resource["id"], json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


class Server:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        log = open(folder.with_suffix(".log"), "w+")
        self.process = subprocess.Popen([options.serve, "serve", "--data", str(folder), "--http", "127.0.0.1:0", "--dimse",
                                         "127.0.0.1:0", "--mllp", "127.0.0.1:0", "--log.level", "warning"], stdout=log,
                                        stderr=subprocess.STDOUT)
        for _ in range(1200):
            found = re.search(r"http=(127.0.0.1:\d+)", Path(log.name).read_text())
            if found:
                break
            time.sleep(0.05)
        else:
            sys.exit("xinglin did not print its port: " + Path(log.name).read_text())
        self.address = found.group(1)
        self.token = subprocess.run([options.serve, "token", "--data", str(folder), "--role", "clinician", "--ttl", "8h"], check=True,
                                    capture_output=True, text=True).stdout.strip()

    def ask(self, what, requests, connections, seconds=0):
        file = self.options.work / f"requests-{what}.tsv"
        file.write_text("".join("\t".join(map(str, request)) + "\n" for request in requests))
        before = time.process_time(), usage(self.process.pid)
        told = subprocess.run([self.options.client, "--connect", self.address, "--token", self.token, "--requests", file, "--connections",
                               str(connections), "--seconds", str(seconds), "--seed", "7"], capture_output=True, text=True)
        spent = usage(self.process.pid) - before[1]
        load = Path("/proc/loadavg").read_text().split()[0]
        print(f"--- {what}, {connections} connections, server used {spent:.1f} s of processor, load {load}\n{told.stdout}{told.stderr}", flush=True)
        return told.stdout

    def get(self, path):
        from urllib.request import Request, urlopen
        with urlopen(Request(f"http://{self.address}{path}", headers={"Authorization": f"Bearer {self.token}"})) as answer:
            return json.loads(answer.read())

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def usage(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def known_types(server):
    return {r["type"] for r in server.get("/fhir/metadata")["rest"][0]["resource"]}


def fresh(options, name):
    folder = options.work / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def measure_import(options):
    folder = options.work / "bundles"
    folder.mkdir(parents=True, exist_ok=True)
    requests = []
    for n, bundle in enumerate(bundles()):
        file = folder / f"{n}.json"
        server_types = options.known
        bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["resourceType"] in server_types]
        file.write_text(json.dumps(bundle, ensure_ascii=False, separators=(",", ":")))
        requests.append(("bundle", "POST", "/fhir", file, len(bundle["entry"])))
    for round_ in range(options.rounds):
        data = fresh(options, f"import-{round_}")
        server = Server(options, data)
        server.ask("import", requests * options.repeat, options.connections)
        server.stop()
        size = sum(f.stat().st_size for f in data.rglob("*") if f.is_file())
        print(f"data directory {size / 1e6:.0f} MB for {sum(r[4] for r in requests) * options.repeat} resources", flush=True)
        shutil.rmtree(data)


def load(options):
    """The record that reads and searches are measured on; kept for the next run of the same size."""
    data = options.work / f"loaded-{options.resources}"
    if (data / "loaded.json").exists():
        return data, json.loads((data / "loaded.json").read_text())
    shutil.rmtree(data, ignore_errors=True)
    template, sample = [], []
    for bundle in bundles():
        template.extend(lines_of(bundle, options.known))
    text = "".join(line + "\n" for _, _, line in template)
    file, copies = options.work / "load.ndjson", -(-options.resources // len(template))
    with open(file, "w") as out:
        for copy in range(copies):
            out.write(text.replace(MARK, f"-{copy}").replace("\\u0000", f"-{copy}"))
    draw = random.Random(11)
    for _ in range(20000):
        kind, key, _ = draw.choice(template)
        sample.append([kind, key.replace(MARK, f"-{draw.randrange(copies)}")])
    begin = time.monotonic()
    subprocess.run([options.serve, "import", "--data", str(data), str(file)], check=True)
    seconds = time.monotonic() - begin
    size = sum(f.stat().st_size for f in data.rglob("*") if f.is_file())
    print(f"--- xinglin import of NDJSON: {copies * len(template)} resources in {seconds:.0f} s, "
          f"{copies * len(template) / seconds:.0f} resources/s, "
          f"{file.stat().st_size / 1e6:.0f} MB of text, data directory {size / 1e6:.0f} MB", flush=True)
    file.unlink()
    loaded = {"resources": copies * len(template), "copies": copies, "sample": sample,
              "patients": [key.replace(MARK, "") for kind, key, _ in template if kind == "Patient"]}
    (data / "loaded.json").write_text(json.dumps(loaded))
    return data, loaded


def searches(loaded):
    """Thirty shapes as people use them: small answers, large totals, sorts, chains, includes."""
    draw, out = random.Random(13), []
    patients = [f"{p}-{draw.randrange(loaded['copies'])}" for p in loaded["patients"] for _ in range(5)]
    loinc = "http://loinc.org|"
    for patient in patients:
        shapes = {
            "patient+code, newest": f"Observation?patient={patient}&code={loinc}8302-2&_sort=-date&_count=1",
            "patient+category": f"Observation?patient={patient}&category=vital-signs&_count=50",
            "patient+date range": f"Observation?patient={patient}&date=ge2015-01-01&date=lt2020-01-01&_count=50",
            "encounters, newest": f"Encounter?patient={patient}&_sort=-date&_count=20",
            "conditions": f"Condition?patient={patient}&_count=50",
            "reports": f"DiagnosticReport?patient={patient}&_sort=-date&_count=20",
            "observation + include": f"Observation?patient={patient}&_include=Observation:subject&_count=20",
            "patient by id + revinclude": f"Patient?_id={patient}&_revinclude=Condition:subject",
            "chain by name": f"Observation?patient._id={patient}&code={loinc}8302-2&_count=10",
            "has": f"Patient?_has:Observation:patient:code={loinc}8302-2&_id={patient}",
        }
        for name, path in shapes.items():
            out.append((name, "GET", "/fhir/" + path.replace("|", "%7C")))
    for year in range(1930, 2015, 2):
        shapes = {
            "patients by birth year": f"Patient?birthdate=ge{year}-01-01&birthdate=lt{year + 1}-01-01&_count=20&_total=none",
            "patients by gender + birth, sorted": f"Patient?gender=female&birthdate=ge{year}&_sort=birthdate&_count=20&_total=none",
            "name prefix": f"Patient?name={chr(65 + year % 26)}&_count=20&_total=none",
            "code, page without total": f"Observation?code={loinc}8302-2&_count=50&_total=none",
            "value range, no total": f"Observation?code-value-quantity={loinc}8302-2%24gt{year - 1800}&_count=20&_total=none",
            "last changed": "Observation?_sort=-_lastUpdated&_count=20&_total=none",
        }
        for name, path in shapes.items():
            out.append((name, "GET", "/fhir/" + path.replace("|", "%7C")))
    return out


def measure_loaded(options, data, loaded):
    server = Server(options, data)
    if "read" in options.only:
        reads = [("read", "GET", f"/fhir/{kind}/{key}") for kind, key in loaded["sample"]]
        server.ask("read-warm-up", reads, options.connections)
        for connections in (1, options.connections, 16):
            server.ask("read", reads, connections, options.seconds)
    if "search" in options.only:
        asked = searches(loaded)
        random.Random(17).shuffle(asked)
        server.ask("search-warm-up", asked, 1)
        server.ask("search", asked, 2, options.seconds)
    if "validate" in options.only:
        folder, requests = options.work / "validate", []
        folder.mkdir(exist_ok=True)
        for n, (kind, key) in enumerate(loaded["sample"][:1000]):
            (folder / f"{n}.json").write_text(json.dumps(server.get(f"/fhir/{kind}/{key}"), ensure_ascii=False))
            requests.append((kind, "POST", f"/fhir/{kind}/$validate", folder / f"{n}.json", 1))
        server.ask("validate", requests, 1, options.seconds)
    if "code" in options.only:
        codes = [("gender", "http://hl7.org/fhir/ValueSet/administrative-gender", "http://hl7.org/fhir/administrative-gender", c)
                 for c in ("male", "female", "other", "unknown", "none")]
        codes += [("status", "http://hl7.org/fhir/ValueSet/observation-status", "http://hl7.org/fhir/observation-status", c)
                  for c in ("final", "amended", "nonsense")]
        server.ask("validate-code", [(g, "GET", f"/fhir/ValueSet/$validate-code?url={u}&system={s}&code={c}") for g, u, s, c in codes],
                   options.connections, options.seconds)
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", required=True)
    parser.add_argument("--client", required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/xinglin-record-bench"))
    parser.add_argument("--resources", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repeat", type=int, default=2, help="how often the bundles are sent in one import")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--only", default="import,load,read,search,validate,code")
    options = parser.parse_args()
    options.only = options.only.split(",")
    options.work.mkdir(parents=True, exist_ok=True)
    probe = Server(options, fresh(options, "probe"))
    options.known = known_types(probe)
    probe.stop()
    if "import" in options.only:
        measure_import(options)
    if set(options.only) & {"load", "read", "search", "validate", "code"}:
        data, loaded = load(options)
        measure_loaded(options, data, loaded)


if __name__ == "__main__":
    main()
