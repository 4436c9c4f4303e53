#!/usr/bin/env python3
"""An object larger than memory should be: stored by C-STORE and by STOW-RS, read back whole and by frames, while the resident memory
of the server grows by at most 200 MB. XL_LARGE_MIB is its size (256): 4200 shows the arithmetic beyond 2^32 bytes."""
import hashlib
import http.client
import struct
import sys

import raw_store
from harness import *

MIB = int(os.environ.get("XL_LARGE_MIB", "256"))
GROWTH_MAX_MIB = 200
JPEG_LOSSLESS = b"1.2.840.10008.1.2.4.70"
MULTIFRAME = b"1.2.840.10008.5.1.4.1.1.7.3"  # Multi-frame Grayscale Word Secondary Capture
FRAME = 4 << 20
FRAMES = MIB // 4


def element(group, number, vr, value):
    value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    return struct.pack("<HH", group, number) + vr + struct.pack("<H", len(value)) + value


def number(group, element_number, value):
    return element(group, element_number, b"US", struct.pack("<H", value))


def header(uid):
    texts = [(0x0008, 0x0016, b"UI", MULTIFRAME), (0x0008, 0x0018, b"UI", uid), (0x0008, 0x0060, b"CS", b"OT"),
             (0x0010, 0x0010, b"PN", b"Large^Object"), (0x0010, 0x0020, b"LO", b"LARGE-1"), (0x0020, 0x000D, b"UI", uid + b".1"),
             (0x0020, 0x000E, b"UI", uid + b".2"), (0x0020, 0x0013, b"IS", b"1")]
    return (b"".join(element(*text) for text in texts) + number(0x0028, 0x0002, 1) + element(0x0028, 0x0004, b"CS", b"MONOCHROME2")
            + element(0x0028, 0x0008, b"IS", str(FRAMES).encode()) + number(0x0028, 0x0010, 2048) + number(0x0028, 0x0011, 2048)
            + number(0x0028, 0x0100, 16) + number(0x0028, 0x0101, 16) + number(0x0028, 0x0102, 15) + number(0x0028, 0x0103, 0))


def frame(i):
    return hashlib.sha256(str(i).encode()).digest() * (FRAME // 32)


def data_set(uid):
    """Pieces of an encapsulated object: an empty offset table, one fragment for each frame."""
    yield header(uid) + struct.pack("<HH", 0x7FE0, 0x0010) + b"OB\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\0\0\0\0"
    for i in range(FRAMES):
        yield b"\xfe\xff\x00\xe0" + struct.pack("<I", FRAME) + frame(i)
    yield b"\xfe\xff\xdd\xe0\0\0\0\0"


def in_steps(pieces, size):
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start:start + size]


def part10(uid):
    def meta(element_number, vr, value):
        return element(0x0002, element_number, vr, value)
    body = (struct.pack("<HH", 2, 1) + b"OB\0\0" + struct.pack("<I", 2) + b"\0\1" + meta(0x0002, b"UI", MULTIFRAME)
            + meta(0x0003, b"UI", uid) + meta(0x0010, b"UI", JPEG_LOSSLESS) + meta(0x0012, b"UI", b"1.2.3.4"))
    yield bytes(128) + b"DICM" + struct.pack("<HH", 2, 0) + b"UL" + struct.pack("<HI", 4, len(body)) + body
    yield from data_set(uid)


class LargeObject(WithServer):
    def setUp(self):
        self.peak_mib()  # starts anew

    def peak_mib(self):
        process = pathlib.Path(f"/proc/{self.server.process.pid}")
        status = (process / "status").read_text()
        (process / "clear_refs").write_text("5")
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def measured(self, what, work):
        before = self.resident_mib()
        self.peak_mib()
        out = work()
        growth = self.peak_mib() - before
        print(f"{what}: {MIB} MiB, resident memory grew by {growth:.0f} MiB", file=sys.stderr)
        if PATIENCE == 1:  # a sanitizer keeps what was freed
            self.assertLess(growth, GROWTH_MAX_MIB, what)
        return out

    def store(self, uid):
        with raw_store.Association(self.server.dimse_port, [(MULTIFRAME, JPEG_LOSSLESS)], timeout=600 * PATIENCE) as association:
            self.assertEqual(association.store(MULTIFRAME, uid, in_steps(data_set(uid), 128 << 10)), 0)
            association.release()

    def stow(self, uid):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=600 * PATIENCE)

        def body():
            yield b"--cut\r\nContent-Type: application/dicom\r\n\r\n"
            yield from in_steps(part10(uid), 1 << 20)
            yield b"\r\n--cut--\r\n"

        connection.request("POST", "/dicom-web/studies", body(), encode_chunked=True, headers={
            "Transfer-Encoding": "chunked", "Authorization": f"Bearer {token(self.server.data, 'sender')}",
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=cut', "Accept": "application/dicom+json"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200, answer.read()[:500])

    def get(self, path, accept):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=600 * PATIENCE)
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}", "Accept": accept})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        return answer

    def read_back(self, uid):
        """The object whole, and its first and last frame."""
        path = f"/dicom-web/studies/{uid.decode()}.1/series/{uid.decode()}.2/instances/{uid.decode()}"

        def whole():
            answer = self.get(path, 'multipart/related; type="application/dicom"; transfer-syntax=*')
            hasher, tail, size, head = hashlib.sha256(), b"", 0, answer.read(4096)
            start = head.index(b"\r\n\r\n") + 4
            begin = head.index(struct.pack("<HH", 0x0008, 0x0016) + b"UI", start)  # the data set, past the meta information
            rest = head[begin:]
            while rest:
                block = tail + rest
                hasher.update(block[:-64])
                tail, size = block[-64:], size + len(block) - 64 if len(block) > 64 else size
                rest = answer.read(1 << 20)
            cut = tail.rindex(b"\r\n--")
            hasher.update(tail[:cut])
            return hasher.hexdigest()

        def frames():
            accept = f'multipart/related; type="image/jpeg"; transfer-syntax={JPEG_LOSSLESS.decode()}'
            return self.get(f"{path}/frames/1,{FRAMES}", accept).read()

        expected = hashlib.sha256()
        for piece in data_set(uid):
            expected.update(piece)
        self.assertEqual(self.measured("WADO-RS of the instance", whole), expected.hexdigest())
        got = self.measured("WADO-RS of two frames", frames)
        self.assertIn(frame(0), got)
        self.assertIn(frame(FRAMES - 1), got)

    def get_by_dimse(self, uid):
        """getscu of DCMTK writes what comes straight to a file."""
        run(BINARY, "peer", "add", "--data", self.server.data, "--may", "get", "LARGE", "127.0.0.1:104")
        into = self.server.data.parent / "got"
        into.mkdir()
        self.measured("C-GET", lambda: run(
            "getscu", "-S", "+B", "+xs", "-aet", "LARGE", "-aec", "XINGLIN", "-od", into, "-k", "QueryRetrieveLevel=STUDY",
            "-k", f"StudyInstanceUID={uid.decode()}.1", "127.0.0.1", self.server.dimse_port, timeout=600 * PATIENCE))
        (file,) = into.iterdir()
        got, expected = hashlib.sha256(), hashlib.sha256()
        with file.open("rb") as opened:
            head = opened.read(4096)
            opened.seek(head.index(struct.pack("<HH", 0x0008, 0x0016) + b"UI"))
            while block := opened.read(1 << 20):
                got.update(block)
        for piece in data_set(uid):
            expected.update(piece)
        self.assertEqual(got.hexdigest(), expected.hexdigest())
        file.unlink()

    def test_by_c_store_and_stow(self):
        self.token = token(self.server.data, "clinician")
        for how, store, uid in (("C-STORE", self.store, b"1.2.826.0.1.3680043.10.96.1"), ("STOW-RS", self.stow, b"1.2.826.0.1.3680043.10.96.2")):
            self.measured(how, lambda: store(uid))
            self.read_back(uid)
        self.get_by_dimse(b"1.2.826.0.1.3680043.10.96.1")
        again = self.measured("C-STORE again", lambda: self.store(b"1.2.826.0.1.3680043.10.96.1"))
        self.assertIsNone(again)


if __name__ == "__main__":
    main()
