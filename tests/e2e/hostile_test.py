#!/usr/bin/env python3
"""Hostile objects against the whole server, by C-STORE and by STOW-RS: each is refused and kept in quarantine, or stored as what it
is; nothing is written outside the archive, memory stays bounded, and the server goes on. The objects are made here."""
import struct
import zlib

import raw_store
from harness import *

CT = b"1.2.840.10008.5.1.4.1.1.2"
EXPLICIT, IMPLICIT = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2"
DEFLATED, JPEG, J2K, RLE = (b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.50", b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.5")
LONG = (b"OB", b"OW", b"SQ", b"UN", b"UT")
ITEM, ITEM_END, SEQUENCE_END = b"\xfe\xff\x00\xe0", b"\xfe\xff\x0d\xe0\0\0\0\0", b"\xfe\xff\xdd\xe0\0\0\0\0"
UNDEFINED = b"\xff\xff\xff\xff"
SCRIPT = '<script>alert("x")</script>'


def element(group, number, vr, value):
    value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    length = b"\0\0" + struct.pack("<I", len(value)) if vr in LONG else struct.pack("<H", len(value))
    return struct.pack("<HH", group, number) + vr + length + value


def us(group, number, value):
    return element(group, number, b"US", struct.pack("<H", value))


def head(sop, study=b"1.2.826.0.1.3680043.10.95.1", series=b"1.2.826.0.1.3680043.10.95.1.1", name=b"Hostile^Object", **more):
    texts = [(0x0008, 0x0005, b"CS", b"ISO_IR 192"), (0x0008, 0x0016, b"UI", CT), (0x0008, 0x0018, b"UI", sop),
             (0x0008, 0x0060, b"CS", b"CT"), (0x0008, 0x1030, b"LO", more.get("description", b"hostile")),
             (0x0010, 0x0010, b"PN", name), (0x0010, 0x0020, b"LO", more.get("patient", b"HOSTILE-1")),
             (0x0020, 0x000D, b"UI", study), (0x0020, 0x000E, b"UI", series), (0x0020, 0x0013, b"IS", b"1")]
    return b"".join(element(*text) for text in texts)


def image(rows, columns, bits=8, samples=1, frames=b"1"):
    return (us(0x0028, 0x0002, samples) + element(0x0028, 0x0004, b"CS", b"MONOCHROME2" if samples == 1 else b"RGB")
            + (us(0x0028, 0x0006, 0) if samples > 1 else b"") + element(0x0028, 0x0008, b"IS", frames) + us(0x0028, 0x0010, rows)
            + us(0x0028, 0x0011, columns) + us(0x0028, 0x0100, bits) + us(0x0028, 0x0101, bits) + us(0x0028, 0x0102, bits - 1)
            + us(0x0028, 0x0103, 0))


PIXELS = struct.pack("<HH", 0x7FE0, 0x0010) + b"OB\0\0" + UNDEFINED


def encapsulated(*fragments):
    return (PIXELS + ITEM + b"\0\0\0\0" + b"".join(ITEM + struct.pack("<I", len(one)) + one for one in fragments) + SEQUENCE_END)


def nested(levels):
    return (struct.pack("<HH", 0x0040, 0xA730) + b"SQ\0\0" + UNDEFINED + ITEM + UNDEFINED) * levels


def raw_deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    out = b"".join(packer.compress(piece) for piece in data) + packer.flush()
    return out + b"\0" * (len(out) % 2)


def bomb_in_zip(sop, mebibytes):
    """A data set of some kilobytes that inflates to many megabytes of one private value."""
    yield head(sop) + struct.pack("<HH", 0x0029, 0x1010) + b"OB\0\0" + struct.pack("<I", mebibytes << 20)
    for _ in range(mebibytes):
        yield bytes(1 << 20)


def j2k(width, height, components=3, tile=None):
    """A JPEG 2000 codestream that declares a huge picture and ends there (ISO/IEC 15444-1 A.5.1)."""
    across, down = tile or (width, height)
    siz = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, across, down, 0, 0, components) + b"\x07\x01\x01" * components
    return (b"\xff\x4f\xff\x51" + struct.pack(">H", len(siz) + 2) + siz + b"\xff\x52\x00\x0c\x00\x00\x00\x01\x00\x05\x04\x04\x00\x01"
            + b"\xff\x5c\x00\x13\x40" + bytes(16) + b"\xff\x90\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x01\xff\x93" + b"\0" * 64 + b"\xff\xd9")


def jpeg(width, height):
    """A baseline JPEG that declares a huge picture and has no scan worth it (ISO/IEC 10918-1 B.2.2)."""
    return (b"\xff\xd8\xff\xdb\x00\x43\x00" + bytes([1] * 64) + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width)
            + b"\x01\x01\x11\x00" + b"\xff\xc4\x00\x14\x00\x01" + bytes(15) + b"\x00" + b"\xff\xc4\x00\x14\x10\x01" + bytes(15) + b"\x00"
            + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\0" * 64 + b"\xff\xd9")


def uid(number):
    return f"1.2.826.0.1.3680043.10.95.9.{number}".encode()


def refused():
    """{what: (transfer syntax, SOP Instance UID of the command, data set)}: none of these may be stored."""
    deep = head(uid(1)) + nested(20_000)
    long_uid = b"1." + b"2" * 70
    lying = head(uid(3)) + struct.pack("<HH", 0x0028, 0x0030) + b"DS" + struct.pack("<H", 60_000) + b"1\\1 "
    beyond = head(uid(4)) + struct.pack("<HH", 0x0029, 0x1010) + b"OB\0\0" + struct.pack("<I", 0xFFFF_FFF0) + b"short"
    sequence = head(uid(5)) + struct.pack("<HH", 0x0040, 0xA730) + b"SQ\0\0" + struct.pack("<I", 40) + ITEM + struct.pack("<I", 4000)
    out = {"nested 20,000 deep": (EXPLICIT, uid(1), deep),
           "nested 20,000 deep, implicit": (IMPLICIT, uid(2), head(uid(2)) + nested(20_000)),
           "a length beyond the end": (EXPLICIT, uid(3), lying), "a length of 4 GiB": (EXPLICIT, uid(4), beyond),
           "an item longer than its sequence": (EXPLICIT, uid(5), sequence),
           "nothing": (EXPLICIT, uid(6), b""), "noise": (EXPLICIT, uid(7), bytes(range(256)) * 40),
           "a bomb in deflated form": (DEFLATED, uid(8), raw_deflate(bomb_in_zip(uid(8), 2048))),
           "deflated noise": (DEFLATED, uid(9), b"\xff" * 5000)}
    for i, bad in enumerate((b"../../../../etc/passwd", b"1.2/../../x", b"1.2.3\\..\\..", b"..", b".1.2", b"1..2", b"1.2.\x01", long_uid,
                             b"1.2.3%2e%2e%2f", b"CON", b"1.2.3;rm -rf")):
        out[f"instance UID {bad[:24]!r}"] = (EXPLICIT, bad, head(bad))
        out[f"study UID {bad[:24]!r}"] = (EXPLICIT, uid(100 + i), head(uid(100 + i), study=bad))
        out[f"series UID {bad[:24]!r}"] = (EXPLICIT, uid(200 + i), head(uid(200 + i), series=bad))
    return out


def odd_pictures():
    """{what: (transfer syntax, SOP Instance UID, data set)}: may be stored, and must not be shown as a picture."""
    out = {}
    for i, (what, syntax, rows, columns, pixels) in enumerate((
            ("JPEG of 65,500 x 65,500", JPEG, 65_500, 65_500, encapsulated(jpeg(65_500, 65_500))),
            ("JPEG larger than it says", JPEG, 16, 16, encapsulated(jpeg(65_500, 65_500))),
            ("JPEG 2000 of 60,000 x 60,000", J2K, 60_000, 60_000, encapsulated(j2k(60_000, 60_000))),
            ("JPEG 2000 of 2^31 pixels a side", J2K, 16, 16, encapsulated(j2k(0x7FFF_FFFF, 0x7FFF_FFFF))),
            ("JPEG 2000 of tiles without number", J2K, 60_000, 60_000, encapsulated(j2k(60_000, 60_000, 1, (1, 1)))),
            ("RLE that claims 15 segments", RLE, 64, 64, encapsulated(struct.pack("<16I", 15, *range(1 << 28, (1 << 28) + 15)))),
            ("a fragment longer than the object", RLE, 64, 64, PIXELS + ITEM + b"\0\0\0\0" + ITEM + struct.pack("<I", 1 << 30) + b"xx"),
            ("no fragment", JPEG, 64, 64, encapsulated()),
            ("an offset table that points outside", JPEG, 64, 64, PIXELS + ITEM + struct.pack("<III", 8, 1 << 30, 1 << 31)
             + ITEM + struct.pack("<I", 4) + b"abcd" + SEQUENCE_END),
            ("fewer pixels than rows", EXPLICIT, 60_000, 60_000, element(0x7FE0, 0x0010, b"OW", b"ab")))):
        out[what] = (syntax, uid(300 + i), head(uid(300 + i)) + image(rows, columns) + pixels)
    out["a million frames"] = (EXPLICIT, uid(320), head(uid(320)) + image(64, 64, frames=b"1000000") + element(0x7FE0, 0x0010, b"OW", bytes(4096)))
    return out


def part10(syntax, sop, data_set):
    meta = (struct.pack("<HH", 2, 1) + b"OB\0\0" + struct.pack("<I", 2) + b"\0\1" + element(2, 2, b"UI", CT) + element(2, 3, b"UI", sop)
            + element(2, 0x10, b"UI", syntax) + element(2, 0x12, b"UI", b"1.2.3.4"))
    return bytes(128) + b"DICM" + struct.pack("<HH", 2, 0) + b"UL" + struct.pack("<HI", 4, len(meta)) + meta + data_set


class Hostile(WithServer):
    def setUp(self):
        self.sender, self.client = Client(self.server, "sender"), Client(self.server)

    def files(self):
        return {path.relative_to(self.folder) for path in self.folder.rglob("*.dcm")}

    def alive(self, what):
        self.assertIsNone(self.server.process.poll(), f"{what} ended the server")
        self.assertEqual(self.client.request("GET", "/readyz")[0], 200, what)

    def peak_mib(self):
        return int(pathlib.Path(f"/proc/{self.server.process.pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024

    def c_store(self, syntax, sop, data_set):
        """The status; None when the association was ended instead."""
        try:
            return raw_store.store(self.server.dimse_port, CT, sop, syntax, data_set)
        except (ConnectionError, AssertionError, StopIteration, RuntimeError):
            return None

    def stow(self, syntax, sop, data_set):
        body = (b"--cut\r\nContent-Type: application/dicom\r\n\r\n" + part10(syntax, sop, data_set) + b"\r\n--cut--\r\n")
        return self.sender.request("POST", "/dicom-web/studies", body, {
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=cut', "Accept": "application/dicom+json"})[0]

    def test_what_cannot_be_read_is_refused_on_both_ways_in(self):
        before = self.files()
        for what, (syntax, sop, data_set) in refused().items():
            with self.subTest(what):
                self.assertNotEqual(self.c_store(syntax, sop[:64], data_set), 0)
                self.alive(what)
                self.assertNotEqual(self.stow(syntax, sop, data_set), 200)
                self.alive(what)
        self.assertEqual(self.files(), before)
        outside = [path for path in self.folder.parent.iterdir() if path.name in ("x", "passwd", "etc")]
        self.assertEqual(outside, [])
        self.assertLess(self.peak_mib(), 1200 * PATIENCE)
        kept = Client(self.server, "administrator").get("/api/system/quarantine")
        self.assertGreater(len(kept["items"]), 10)

    def test_pictures_that_lie_are_never_shown_and_cost_little(self):
        for what, (syntax, sop, data_set) in odd_pictures().items():
            with self.subTest(what):
                status = self.c_store(syntax, sop, data_set)
                self.alive(what)
                path = f"/dicom-web/studies/1.2.826.0.1.3680043.10.95.1/series/1.2.826.0.1.3680043.10.95.1.1/instances/{sop.decode()}"
                for asked, accept in (("/rendered", "image/jpeg"), ("/thumbnail", "image/jpeg"), ("/frames/1/rendered", "image/png"),
                                      ("/frames/1", f'multipart/related; type="application/octet-stream"; transfer-syntax={EXPLICIT.decode()}')):
                    answer, headers, body = self.client.request("GET", path + asked, headers={"Accept": accept})
                    self.alive(what + asked)
                    self.assertGreaterEqual(answer, 400, f"{asked}: {headers} {body[:60]}")
                    if status != 0:
                        self.assertEqual(answer, 404)
        self.assertLess(self.peak_mib(), 1200 * PATIENCE)

    def test_script_in_texts_stays_text(self):
        sop = uid(400)
        self.assertEqual(self.c_store(EXPLICIT, sop, head(sop, study=b"1.2.826.0.1.3680043.10.95.2", series=b"1.2.826.0.1.3680043.10.95.2.1",
                                                          name=SCRIPT.encode(), description=SCRIPT.encode()[:64],
                                                          patient=SCRIPT.encode()[:64])), 0)
        for path, accept in (("/dicom-web/studies?00100020=*script*", "application/dicom+json"), ("/api/studies", "application/json"),
                             ("/dicom-web/studies/1.2.826.0.1.3680043.10.95.2/metadata", "application/dicom+json"),
                             ("/fhir/Patient", "application/fhir+json")):
            status, headers, body = self.client.request("GET", path, headers={"Accept": accept})
            self.assertEqual(status, 200, path)
            self.assertIn("json", headers["Content-Type"], path)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff", path)
            self.assertIn("script", json.dumps(json.loads(body)), path)
        status, headers, body = self.client.request("GET", "/dicom-web/studies/" + SCRIPT.replace("/", "%2f").replace(" ", "%20").replace('"', "%22").replace("<", "%3c").replace(">", "%3e") + "/metadata")
        self.assertGreaterEqual(status, 400)
        self.assertNotIn(b"<script>", body)


if __name__ == "__main__":
    main()
