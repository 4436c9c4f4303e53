#!/usr/bin/env python3
"""kill -9 at random moments under mixed load: nothing acknowledged may be lost, nothing half-written may be visible, the
restart must be quick. Rounds and seed come from the environment (XL_CRASH_ROUNDS, XL_CRASH_SEED)."""
import random
import subprocess
import threading

from harness import *

ROUNDS = int(os.environ.get("XL_CRASH_ROUNDS", "50"))
SEED = int(os.environ.get("XL_CRASH_SEED", "20261122"))
MAKE_FILE = r"""
import sys, pydicom, pydicom.uid
source = pydicom.dcmread(sys.argv[1])
for index in range(int(sys.argv[3])):
    uid = f"1.2.826.0.1.3680043.10.1.{sys.argv[4]}.{index}"
    source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = uid
    source.StudyInstanceUID = f"1.2.826.0.1.3680043.10.2.{sys.argv[4]}.{index % 7}"  # small series
    source.SeriesInstanceUID = source.StudyInstanceUID + ".1"
    source.PatientID = f"CRASH-{index % 7}"
    source.save_as(f"{sys.argv[2]}/{index:04d}.dcm")
"""


class Load:
    """Sends until stopped; remembers what was acknowledged."""

    def __init__(self, server, images, round_number):
        self.server, self.images, self.round = server, images, round_number
        self.messages, self.instances = [], []
        self.threads = [threading.Thread(target=self.send_messages, args=(n,)) for n in range(2)]
        self.threads.append(threading.Thread(target=self.send_images))
        for thread in self.threads:
            thread.start()

    def send_messages(self, connection):
        try:
            mllp = Mllp(self.server, timeout=5)
            for number in range(100000):
                control_id = f"R{self.round}C{connection}N{number}"
                observations = [("8867-4", "Heart rate", str(60 + number % 60), "/min"),
                                ("9279-1", "Respiratory rate", "18", "/min")]
                answer = mllp.send(oru(control_id, f"CRASH-{number % 5}", observations))
                if f"MSA|AA|{control_id}" in answer:
                    self.messages.append(control_id)
        except OSError:
            pass  # the server was killed

    def send_images(self):
        if not self.images:
            return
        process = subprocess.Popen(["storescu", "-v", "-aec", "XINGLIN", "127.0.0.1", str(self.server.dimse_port),
                                    *map(str, self.images)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        current = None
        for line in process.stdout:
            if "Sending file:" in line:
                current = line.split("Sending file:")[1].strip()
            elif "Received Store Response (Success)" in line:
                self.instances.append(current)
        process.wait()

    def join(self):
        for thread in self.threads:
            thread.join()


class Crash(unittest.TestCase):
    def test_nothing_acknowledged_is_lost(self):
        rng = random.Random(SEED)
        folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-crash-"))
        self.addCleanup(shutil.rmtree, folder)
        starts, messages, instances = [], set(), {}
        for round_number in range(ROUNDS):
            images = self.make_images(folder, round_number)
            began = time.monotonic()
            server = Server(folder / "data")
            starts.append(time.monotonic() - began)
            load = Load(server, images, round_number)
            time.sleep(rng.uniform(0.05, 0.6) * PATIENCE)  # the random moment
            server.kill()
            load.join()
            messages.update(load.messages)
            for path in load.instances:
                instances[path] = True
        self.check(folder, messages, set(instances), starts)

    def make_images(self, folder, round_number):
        source = next((p for p in (SHARED / "dicom/codecs/MR_small.dcm", PYDICOM / "MR_small.dcm") if p.exists()), None)
        if source is None:
            return []
        target = folder / f"images{round_number}"
        target.mkdir()
        run("/usr/bin/python3", "-c", MAKE_FILE, source, target, 40, round_number + 1)
        return sorted(target.glob("*.dcm"))

    def check(self, folder, messages, instances, starts):
        server = Server(folder / "data")
        self.addCleanup(server.stop)
        client = Client(server, "administrator")
        reader = Client(server, "clinician")
        total = client.get("/api/system")["counts"]["messages"]
        self.assertGreaterEqual(total, len(messages))
        # Each acknowledged message made exactly two heart-rate or breathing observations; count them all.
        heart = reader.get("/fhir/Observation?code=8867-4&_summary=count")["total"]
        breaths = reader.get("/fhir/Observation?code=9279-1&_summary=count")["total"]
        self.assertEqual(heart, breaths, "a half-written message is visible")
        self.assertGreaterEqual(heart, len(messages))
        there = self.stored_instances(reader)
        lost = [path for path in instances if self.uid_of(path) not in there]
        self.assertEqual(lost, [])
        verified = run(BINARY, "audit", "verify", "--data", folder / "data")
        slow = max(starts[1:]) if len(starts) > 1 else starts[0]
        print(f"{len(starts)} rounds: {len(messages)} messages and {len(instances)} instances acknowledged, none lost; "
              f"slowest restart {slow:.2f} s; {verified.stdout.strip().splitlines()[-1]}")

    def stored_instances(self, client):
        there = set()
        for patient in client.get("/api/patients?status=all&limit=500")["items"]:
            for study in client.get(f"/api/patients/{patient['id']}/studies")["items"]:
                for series in study["series"]:
                    there.update(instance["sop"] for instance in series["instances"])
        return there

    def uid_of(self, path):
        index, number = int(pathlib.Path(path).stem), int(pathlib.Path(path).parent.name.removeprefix("images")) + 1
        return f"1.2.826.0.1.3680043.10.1.{number}.{index}"


if __name__ == "__main__":
    main()
