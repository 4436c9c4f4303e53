#!/usr/bin/env python3
"""DICOMweb of the running server: who may, storing, searching as the OHIF viewer does, retrieving bytes, and the audit log."""
import socket

import pydicom

from harness import *

CT, MR, RLE = (PYDICOM / name for name in ("CT_small.dcm", "MR_small.dcm", "MR_small_RLE.dcm"))
COMMON = "limit=101&offset=0&fuzzymatching=true&includefield=00081030,00080060,00080090,00100030"
OHIF_FRAME = "multipart/related; type=application/octet-stream; transfer-syntax=*"
JSON = "application/dicom+json"


def multipart(*files):
    body = b"".join(b"--cut\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n" for data in files)
    return body + b"--cut--\r\n", 'multipart/related; type="application/dicom"; boundary=cut'


def parts(headers, body):
    boundary = headers["Content-Type"].split("boundary=")[1].strip('"').encode()
    return [piece.split(b"\r\n\r\n", 1)[1][:-2] for piece in body.split(b"--" + boundary)[1:-1]]


def data_set(file):
    """What follows the meta information, which the archive writes itself."""
    return file[144 + int.from_bytes(file[140:144], "little"):]


def where(file):
    head = pydicom.dcmread(file, stop_before_pixels=True)
    study = f"/dicom-web/studies/{head.StudyInstanceUID}"
    return study, f"{study}/series/{head.SeriesInstanceUID}", \
        f"{study}/series/{head.SeriesInstanceUID}/instances/{head.SOPInstanceUID}"


@unittest.skipUnless(CT.exists(), "skipped: python3-pydicom with its test files is not installed")
class DicomWeb(WithServer):
    arguments = ("--demo",)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sender, cls.doctor, cls.auditor = (Client(cls.server, role) for role in ("sender", "clinician", "auditor"))
        status, _, body = cls.store(cls.sender, CT.read_bytes(), MR.read_bytes())
        assert status == 200, body

    @staticmethod
    def store(client, *files, headers=None):
        body, kind = multipart(*files)
        return client.request("POST", "/dicom-web/studies", body, {"Content-Type": kind, "Accept": JSON, **(headers or {})})

    def fetch(self, path, accept="*/*", **headers):
        status, answer, body = self.doctor.request("GET", path, headers={"Accept": accept, **headers})
        self.assertEqual(status, 200, body[:500])
        return answer, body

    def code(self, answer):
        return answer[0], json.loads(answer[2])["code"]

    @staticmethod
    def failures(answer):
        return answer[0], [item["00081197"]["Value"][0] for item in json.loads(answer[2])["00081198"]["Value"]]

    def test_only_who_may(self):
        study, series, instance = where(CT)
        nobody = Client(self.server)
        nobody.token = "x" * 40
        for path in ("/dicom-web/studies", study, series + "/metadata", instance + "/frames/1", "/wado?requestType=WADO"):
            self.assertEqual(nobody.request("GET", path)[0], 401, path)
        self.assertEqual(self.store(nobody, CT.read_bytes())[0], 401)
        nurse = Client(self.server, "nurse")
        self.assertEqual(self.code(self.store(nurse, CT.read_bytes())), (403, "trust.not-allowed"))
        self.assertEqual(self.failures(self.store(self.doctor, CT.read_bytes())), (409, [0x0124]), "not a derived object")
        self.assertEqual(self.code(self.sender.request("GET", study + "/metadata")), (403, "trust.not-allowed"))
        self.assertEqual(self.code(self.sender.request("GET", "/dicom-web/studies")), (403, "trust.not-allowed"))
        for role in ("administrator", "integration", "auditor"):
            self.assertEqual(Client(self.server, role).request("GET", instance)[0], 403, role)
        self.assertEqual(nurse.request("GET", instance)[0], 200)
        self.assertEqual(self.code(self.doctor.request("DELETE", study)), (403, "trust.not-allowed"))
        early = Client(self.server, "administrator").request("DELETE", study)
        self.assertEqual(self.code(early), (409, "archive.kept"))
        self.assertIn("2034-01-19", json.loads(early[2])["detail"], "30 years: the birth date is not known")

    def test_nobody_reads_the_large_body_of_a_stranger(self):
        nurse = Client(self.server, "nurse")
        for path, authorization, expected in (("/dicom-web/studies", "Bearer nobody", 401), ("/fhir/Patient", "Bearer nobody", 401),
                                              ("/fhir", "Bearer nobody", 401), ("/api/session", "", 413),
                                              ("/dicom-web/studies", f"Bearer {nurse.token}", 403)):
            for length in ("Content-Length: 60000000", "Transfer-Encoding: chunked"):
                with socket.create_connection(("127.0.0.1", self.server.http_port), timeout=20) as stranger:
                    head = (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {authorization}\r\n{length}\r\n"
                            'Content-Type: multipart/related; type="application/dicom"; boundary=cut\r\n\r\n')
                    stranger.sendall(head.encode())
                    if expected == 413 and "chunked" in length:
                        stranger.sendall(b"20000\r\n" + b"x" * 0x20000)
                    self.assertEqual(stranger.recv(12), f"HTTP/1.1 {expected}".encode()[:12], (path, length))

    def test_a_browser_session_reads_without_and_stores_with_the_csrf_token(self):
        browser = Client(self.server)
        sign_in = browser.request("POST", "/api/session", {"username": "doctor", "password": "apricot-1"})
        self.assertEqual(sign_in[0], 200)
        cookie = sign_in[1]["Set-Cookie"].split(";")[0]
        no_token = {"Authorization": "", "Cookie": cookie}
        study, series, instance = where(CT)
        for path in ("/dicom-web/studies?" + COMMON, series + "/metadata", instance + "/frames/1"):
            self.assertEqual(browser.request("GET", path, headers=no_token)[0], 200, path)
        self.assertEqual(self.code(self.store(browser, CT.read_bytes(), headers=no_token)), (403, "trust.bad-csrf"))
        csrf = {**no_token, "X-CSRF-Token": json.loads(sign_in[2])["csrf"]}
        self.assertEqual(self.failures(self.store(browser, CT.read_bytes(), headers=csrf)), (409, [0x0124]))

    def test_the_viewer_saves_within_the_same_sign_in(self):
        """No page of ours can give OHIF the token: its origin speaks for it."""
        browser = Client(self.server)
        sign_in = browser.request("POST", "/api/session", {"username": "doctor", "password": "apricot-1"})
        cookie = {"Authorization": "", "Cookie": sign_in[1]["Set-Cookie"].split(";")[0]}
        report = pydicom.dcmread(PYDICOM / "test-SR.dcm")
        known = pydicom.dcmread(CT, stop_before_pixels=True)
        report.StudyInstanceUID, report.PatientID = known.StudyInstanceUID, known.PatientID
        path = self.folder / "report.dcm"
        report.save_as(path)
        store = lambda **headers: self.store(browser, path.read_bytes(), headers={
            **cookie, **{name.replace("_", "-"): value for name, value in headers.items()}})
        self.assertEqual(self.code(store(Sec_Fetch_Site="cross-site", Origin=self.server.base)), (403, "trust.bad-csrf"))
        self.assertEqual(self.code(store(Origin="http://evil.example")), (403, "trust.bad-csrf"))
        self.assertEqual(store(Origin=self.server.base)[0], 200)
        self.assertEqual(store(Sec_Fetch_Site="same-origin")[0], 200)
        self.assertEqual(self.code(browser.request("POST", f"/api/studies/{known.StudyInstanceUID}/reject", {"reason": "x"},
                                                   {**cookie, "Sec-Fetch-Site": "same-origin"})), (403, "trust.bad-csrf"))

    def test_stored_again_is_stored_and_other_bytes_are_refused(self):
        status, _, body = self.store(self.sender, CT.read_bytes())
        self.assertEqual(status, 200)
        self.assertEqual(len(json.loads(body)["00081199"]["Value"]), 1)
        changed = pydicom.dcmread(CT)
        changed.PatientName = "Another^Person"
        other = self.folder / "other.dcm"
        changed.save_as(other)
        status, _, body = self.store(self.sender, other.read_bytes(), MR.read_bytes(), b"this is not DICOM")
        answer = json.loads(body)
        self.assertEqual(status, 202)
        self.assertEqual(answer["00081198"]["Value"][0]["00081197"]["Value"], [0x0111])
        self.assertEqual(len(answer["00081199"]["Value"]), 1)
        self.assertEqual(answer["0008119A"]["Value"][0]["00081197"]["Value"], [0xC000])

    def test_searches_of_the_viewer(self):
        head = pydicom.dcmread(CT, stop_before_pixels=True)
        study, series, instance = where(CT)
        rows = self.doctor.get("/dicom-web/studies?" + COMMON)
        self.assertGreaterEqual({row["0020000D"]["Value"][0] for row in rows},
                                {pydicom.dcmread(f, stop_before_pixels=True).StudyInstanceUID for f in (CT, MR)})
        for row in rows:
            self.assertTrue(row["00080061"]["Value"])  # without it the whole list of OHIF 3.13 fails
        for query in ("PatientName=*compressedsamples*", f"00100020=*{head.PatientID[1:]}*", "ModalitiesInStudy=CT",
                      f"StudyDate={head.StudyDate}-{head.StudyDate}", f"StudyInstanceUID={head.StudyInstanceUID}",
                      f"00100020={head.PatientID}"):
            self.assertIn(head.StudyInstanceUID,
                          [row["0020000D"]["Value"][0] for row in self.doctor.get(f"/dicom-web/studies?{query}&{COMMON}")], query)
        self.assertEqual(self.doctor.request("GET", "/dicom-web/studies?PatientName=*nobody*&" + COMMON)[0], 204)
        row, = self.doctor.get(study + "/series?includefield=00080021,00080031,0008103E,00200011")
        self.assertEqual(row["00200011"]["Value"], [head.SeriesNumber])
        row, = self.doctor.get(series + "/instances?includefield=all")
        self.assertEqual(row["00080018"]["Value"], [head.SOPInstanceUID])
        self.assertEqual(row["00081190"]["Value"], [self.server.base + instance])

    def test_retrieving_what_was_stored(self):
        study, series, instance = where(CT)
        for path in (study, series, instance):
            headers, body = self.fetch(path, 'multipart/related; type="application/dicom"; transfer-syntax=*')
            self.assertEqual([data_set(part) for part in parts(headers, body)], [data_set(CT.read_bytes())])
        headers, body = self.fetch(instance, "application/dicom")
        self.assertEqual(data_set(body), data_set(CT.read_bytes()))
        self.assertEqual(self.doctor.request("GET", instance, headers={
            "Accept": "application/dicom", "If-None-Match": headers["ETag"]})[0], 304)
        status, _, body = self.doctor.request("GET", instance, headers={"Accept": "application/dicom", "Range": "bytes=128-131"})
        self.assertEqual((status, body), (206, b"DICM"))
        headers, body = self.fetch(instance + "/frames/1", OHIF_FRAME)
        self.assertEqual(parts(headers, body), [pydicom.dcmread(CT).PixelData])
        head = pydicom.dcmread(CT, stop_before_pixels=True)
        _, body = self.fetch(f"/wado?requestType=WADO&studyUID={head.StudyInstanceUID}&seriesUID={head.SeriesInstanceUID}"
                             f"&objectUID={head.SOPInstanceUID}&contentType=application/dicom")
        self.assertEqual(data_set(body), data_set(CT.read_bytes()))

    def test_other_syntaxes_and_pictures_are_made(self):
        stored = pydicom.dcmread(RLE)
        stored.StudyInstanceUID, stored.SeriesInstanceUID, stored.SOPInstanceUID = "2.25.7100", "2.25.7100.1", "2.25.7100.1.1"
        stored.file_meta.MediaStorageSOPInstanceUID = stored.SOPInstanceUID
        changed = self.folder / "rle.dcm"
        stored.save_as(changed)
        self.assertEqual(self.store(self.sender, changed.read_bytes())[0], 200)
        study, series, instance = where(changed)
        plain = pydicom.dcmread(MR).PixelData
        headers, body = self.fetch(instance, "application/dicom")
        self.assertEqual(headers["Content-Type"], "application/dicom; transfer-syntax=1.2.840.10008.1.2.1")
        (self.folder / "plain.dcm").write_bytes(body)
        self.assertEqual(pydicom.dcmread(self.folder / "plain.dcm").PixelData, plain)
        headers, body = self.fetch(instance + "/frames/1", "application/octet-stream")
        self.assertEqual(body, plain)
        headers, body = self.fetch(instance + "/frames/1", "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80")
        self.assertEqual(body[:4], b"\xff\xd8\xff\xf7")  # SOI and SOF55 of JPEG-LS
        status, _, body = self.doctor.request("GET", instance, headers={
            "Accept": "application/dicom; transfer-syntax=1.2.840.10008.1.2.4.102"})
        self.assertEqual((status, json.loads(body)["code"]), (406, "dicomweb.not-acceptable"))
        headers, body = self.fetch(series + "/thumbnail", "image/png")
        self.assertEqual(body[16:24], bytes((0, 0, 0, 128, 0, 0, 0, 128)))
        headers, body = self.fetch(instance + "/rendered?viewport=32,32&window=600,1600,linear&quality=80")
        self.assertEqual((headers["Content-Type"], body[:3]), ("image/jpeg", b"\xff\xd8\xff"))

    def test_metadata_and_the_bulk_data_it_names(self):
        ecg = ecg_file()
        self.assertEqual(self.store(self.sender, ecg.read_bytes())[0], 200)
        study, series, instance = where(ecg)
        headers, body = self.fetch(series + "/metadata", JSON)
        self.assertTrue(headers["Content-Type"].startswith(JSON))
        data_set, = json.loads(body)
        head = pydicom.dcmread(ecg)
        self.assertEqual(data_set["00080018"]["Value"], [head.SOPInstanceUID])
        first = data_set["54000100"]["Value"][0]["54001010"]
        self.assertTrue(first["BulkDataURI"].startswith(self.server.base + instance))
        _, body = self.fetch(first["BulkDataURI"][len(self.server.base):], "application/octet-stream")
        self.assertEqual(body, head.WaveformSequence[0].WaveformData)

    def test_every_access_is_one_leaf_of_the_audit_log(self):
        study, series, instance = where(MR)
        for path, action, what in ((series + "/metadata", "read", "metadata"), (instance, "read", "file"),
                                   (instance + "/frames/1", "read", "frames 1"), ("/dicom-web/studies", "search", "")):
            before = self.auditor.get("/api/audit?limit=1")["size"]
            self.fetch(path)
            leaves = [leaf for leaf in self.auditor.get(f"/api/audit?from={before}&limit=100")["items"]
                      if leaf["role"] == "clinician"]
            self.assertEqual([(leaf["action"], leaf["success"]) for leaf in leaves], [(action, True)], path)
            self.assertIn(what, leaves[0]["detail"])

    @unittest.skipUnless(shutil.which("node") and (ROOT / "tools/clients/node_modules/dicomweb-client").exists(),
                         "skipped: tools/clients is not installed (npm ci)")
    def test_the_client_library_of_the_viewer(self):
        files = []
        for number in range(1, 5):
            slice_ = pydicom.dcmread(CT)
            slice_.StudyInstanceUID, slice_.SeriesInstanceUID = "2.25.7001", f"2.25.7001.{1 + number // 4}"
            slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = f"2.25.7001.9.{number}"
            slice_.InstanceNumber = number
            files.append(self.folder / f"slice-{number}.dcm")
            slice_.save_as(files[-1])
        run("node", ROOT / "tests/e2e/dicomweb_client.mjs", self.server.base + "/dicom-web", self.sender.token,
            self.doctor.token, *files)

    def test_refused_tries_are_in_the_audit_log(self):
        study, series, instance = where(MR)
        before = self.auditor.get("/api/audit?limit=1")["size"]
        self.store(self.doctor, MR.read_bytes())
        self.store(self.doctor, MR.read_bytes() + bytes(70000))
        for path in (instance, series + "/metadata", "/dicom-web/series"):
            self.assertEqual(self.sender.request("GET", path)[0], 403)
        leaves = [(leaf["role"], leaf["action"], leaf["success"]) for leaf in
                  self.auditor.get(f"/api/audit?from={before}&limit=100")["items"] if leaf["role"] in ("clinician", "sender")]
        self.assertEqual(leaves, [("clinician", "create", False)] * 2 + [("sender", "read", False)] * 2 + [("sender", "search", False)])

    def test_errors_say_what_was_wrong(self):
        study, series, instance = where(CT)
        for path, accept, expected in ((study[:-1] + "9/metadata", JSON, (404, "archive.not-found")),
                                       ("/dicom-web/studies/..;/metadata", JSON, (400, "dicomweb.bad-request")),
                                       (instance + "/frames/2", OHIF_FRAME, (404, "pixel.no-such-frame")),
                                       (instance + "/frames/0", OHIF_FRAME, (400, "dicomweb.bad-request")),
                                       (instance, "text/html", (406, "dicomweb.not-acceptable")),
                                       ("/dicom-web/studies?NoSuchKeyword=1", JSON, (400, "dicomweb.bad-request"))):
            self.assertEqual(self.code(self.doctor.request("GET", path, headers={"Accept": accept})), expected, path)


@unittest.skipUnless(CT.exists(), "skipped: python3-pydicom with its test files is not installed")
class Deletion(WithServer):
    """Without a retention rule and without a grace time: from DELETE to the file that is gone."""
    arguments = ("--archive.retention_years", "0", "--archive.deletion_grace_days", "0")

    def test_delete_hides_and_purges_and_the_receipt_stays(self):
        sender, doctor, administrator = (Client(self.server, role) for role in ("sender", "clinician", "administrator"))
        self.assertEqual(DicomWeb.store(sender, CT.read_bytes(), MR.read_bytes())[0], 200)
        study, _, instance = where(CT)
        uid, sop = study.rsplit("/", 1)[1], instance.rsplit("/", 1)[1]
        wait_for("the FHIR study", lambda: doctor.resources(f"/fhir/ImagingStudy?_id={uid}"))
        files = lambda: [path.name for path in (self.server.data / "blobs/data").rglob("*.dcm")]
        self.assertIn(f"{sop}.dcm", files())
        self.assertEqual(administrator.request("DELETE", study)[0], 204)
        self.assertEqual(doctor.request("GET", study + "/metadata")[0], 404)
        wait_for("the purge", lambda: f"{sop}.dcm" not in files())
        receipt = wait_for("the receipt", lambda: (lambda one: one["purged_at"] and one)(
            doctor.get(f"/api/instances/{sop}/receipt")))
        self.assertEqual(receipt["study"], uid)
        page = doctor.get(f"/api/studies/{uid}")
        self.assertEqual([act["act"] for act in page["history"]][:2], ["purged", "deleted"])
        self.assertTrue(page["purged"])
        self.assertEqual((page["in_images"]["name"], page["in_images"]["id"]), ("", ""))
        wait_for("the FHIR study to go", lambda: not doctor.resources(f"/fhir/ImagingStudy?_id={uid}"))
        self.assertEqual(DicomWeb.failures(DicomWeb.store(sender, CT.read_bytes())), (409, [0x0110]))
        self.assertEqual(len(files()), 1)
        self.assertEqual(administrator.get("/api/deletions")["items"][0]["instances"], 1)
        run(BINARY, "audit", "verify", "--data", self.server.data)


if __name__ == "__main__":
    main()
