#!/usr/bin/env python3
"""Many associations at once that store new instances, instances stored before and instances another one is sending, and that break
off in the middle of a PDU at random: what was acknowledged is there exactly once with its own bytes, nothing of the others is
visible, no staged or temporary file is left, and memory does not grow. XL_ENDURANCE_SECONDS (20) and XL_ENDURANCE_SEED set the run;
XL_SERVE_LOG keeps the log of the server, where a sanitizer reports at the end."""
import hashlib
import random
import struct
import sys
import threading

import raw_store
from harness import *

SECONDS = float(os.environ.get("XL_ENDURANCE_SECONDS", "20"))
SEED = int(os.environ.get("XL_ENDURANCE_SEED", "20261122"))
CLIENTS = 24
CT, EXPLICIT = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.840.10008.1.2.1"
LONG = (b"OB", b"OW", b"SQ", b"UN")


def element(group, number, vr, value):
    value += (b"\0" if vr in (b"UI", b"OW") else b" ") * (len(value) % 2)
    length = b"\0\0" + struct.pack("<I", len(value)) if vr in LONG else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + vr + length + value


def instance(client, number):
    """(SOP Instance UID, data set) of one CT image; the same for the same numbers."""
    study = f"1.2.826.0.1.3680043.10.97.{client}.{number // 40}"
    sop = f"{study}.1.{number}".encode()
    pixels = random.Random(f"{client}/{number}").randbytes(2 * 64 * 64 * (1 + number % 7))
    texts = [(0x0008, 0x0016, b"UI", CT), (0x0008, 0x0018, b"UI", sop), (0x0008, 0x0020, b"DA", b"20261122"),
             (0x0008, 0x0060, b"CS", b"CT"), (0x0010, 0x0010, b"PN", f"Endurance^{client}".encode()),
             (0x0010, 0x0020, b"LO", f"END-{client}".encode()), (0x0020, 0x000D, b"UI", study.encode()),
             (0x0020, 0x000E, b"UI", f"{study}.1".encode()), (0x0020, 0x0013, b"IS", str(number).encode()),
             (0x7FE0, 0x0010, b"OW", pixels)]
    return sop, b"".join(element(*text) for text in texts)


class Sender(threading.Thread):
    """One client: associations one after another, some of them broken off."""

    def __init__(self, server, client, until):
        super().__init__()
        self.server, self.client, self.until = server, client, until
        self.random = random.Random(SEED * 1000 + client)
        self.acknowledged, self.aborted, self.associations, self.again = {}, set(), 0, 0
        self.next, self.failure = 0, None

    def run(self):
        try:
            while time.monotonic() < self.until:
                self.association()
        except Exception as error:  # told by the test
            self.failure = error

    def choose(self):
        """A new instance, one of our own again, or one of the pair (2n, 2n + 1) of clients that send the same."""
        what = self.random.random()
        if what < 0.2 and self.next:
            return self.client, self.random.randrange(self.next)
        if what < 0.4:
            return 1000 + self.client // 2, self.random.randrange(200)
        self.next += 1
        return self.client, self.next - 1

    def association(self):
        with raw_store.Association(self.server.dimse_port, [(CT, EXPLICIT)], timeout=60 * PATIENCE,
                                   calling=f"END{self.client}".encode()) as association:
            self.associations += 1
            for _ in range(self.random.randrange(1, 30)):
                key = self.choose()
                sop, data_set = instance(*key)
                if self.random.random() < 0.05:
                    self.break_off(association, sop, data_set, key)
                    return
                status = association.store(CT, sop, data_set)
                if status != 0:
                    raise AssertionError(f"{sop}: status {status:04x}")
                self.again += key in self.acknowledged
                self.acknowledged[key] = hashlib.sha256(data_set).hexdigest()
            association.release()

    def break_off(self, association, sop, data_set, key):
        """The connection ends inside a PDU, between two, or by an A-ABORT."""
        whole = b"".join(association.store_pdus(CT, sop, data_set))
        cut = self.random.randrange(1, len(whole) - 16)  # more is missing than the bytes of an A-ABORT could fill in
        association.connection.sendall(whole[:cut])
        if self.random.random() < 0.3:
            association.connection.sendall(struct.pack(">BBIBBBB", 7, 0, 4, 0, 0, 0, 0))
        if self.random.random() < 0.5:  # a reset instead of an end
            association.connection.setsockopt(raw_store.socket.SOL_SOCKET, raw_store.socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.aborted.add(key)


class Endurance(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-endurance-"))
        self.server = Server(self.folder / "data")

    def tearDown(self):
        if self.server.process.poll() is None:
            self.server.stop()
        log = os.environ.get("XL_SERVE_LOG")
        if log:
            shutil.copy(self.server.log.name, log)
        shutil.rmtree(self.folder)

    def memory_mib(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def load(self, seconds):
        senders = [Sender(self.server, client, time.monotonic() + seconds) for client in range(CLIENTS)]
        for sender in senders:
            sender.next = self.sent.get(sender.client, 0)
            sender.start()
        for sender in senders:
            sender.join()
            self.assertIsNone(sender.failure)
            self.sent[sender.client] = sender.next
        return senders

    def test_nothing_acknowledged_is_lost_and_nothing_broken_off_is_seen(self):
        self.sent = {}
        rounds = max(2, int(SECONDS // 60))
        acknowledged, aborted, memory, counts = {}, set(), [], [0, 0, 0]
        for _ in range(rounds):
            for sender in self.load(SECONDS / rounds):
                acknowledged.update(sender.acknowledged)
                aborted |= sender.aborted
                counts = [counts[0] + sender.associations, counts[1] + len(sender.aborted), counts[2] + sender.again]
            memory.append(self.memory_mib())
        print(f"{counts[0]} associations, {counts[1]} broken off, {len(acknowledged)} instances, {counts[2]} sent again; "
              f"resident MiB after each part: {' '.join(f'{one:.0f}' for one in memory)}", file=sys.stderr)
        self.check_stored(acknowledged, aborted)
        # What the allocator and the caches of the database take at first is not growth.
        if PATIENCE == 1:  # a sanitizer keeps what was freed
            self.assertLess(memory[-1], memory[0] + 64 + 0.25 * memory[0])
        self.assertEqual(self.server.stop(60), 0)
        self.assertNotIn("ERROR: AddressSanitizer", self.server_log())
        self.assertNotIn("LeakSanitizer", self.server_log())

    def server_log(self):
        return pathlib.Path(self.server.log.name).read_text(errors="replace")

    def check_stored(self, acknowledged, aborted):
        client = Client(self.server)
        staging = self.folder / "data/blobs/staging"
        wait_for("staging to be empty", lambda: not staging.exists() or not any(staging.iterdir()))
        stored = {path.stem: path for path in (self.folder / "data/blobs").rglob("*.dcm")}
        expected = {instance(*key)[0].decode(): (key, digest) for key, digest in acknowledged.items()}
        self.assertEqual(set(stored), set(expected))  # no other file: what was broken off left none
        self.assertTrue(aborted - set(acknowledged), "the run broke nothing off that did not come later")
        for sop, (key, digest) in expected.items():
            self.assertEqual(hashlib.sha256(raw_store.split_file(stored[sop])[1]).hexdigest(), digest, sop)
        listed = 0
        for study in {instance(*key)[0].decode().rsplit(".", 2)[0] for key in acknowledged}:
            rows = client.get(f"/dicom-web/studies/{study}/instances")
            sops = [row["00080018"]["Value"][0] for row in rows]
            self.assertEqual(len(sops), len(set(sops)))
            self.assertLessEqual(set(sops), set(expected))
            listed += len(sops)
        self.assertEqual(listed, len(expected))


if __name__ == "__main__":
    main()
