#!/usr/bin/env python3
"""Corrections from outside: what C-FIND, C-GET, C-MOVE, QIDO-RS, metadata, WADO-RS and WADO-URI give out changes, the
bytes that came stay; a merge of patients is followed, and everything can be taken back."""
import hashlib
import io

import pydicom

from harness import *

CT = PYDICOM / "CT_small.dcm"
STUDY, SERIES, SOP = "2.25.8201", "2.25.8201.1", "2.25.8201.1.1"
INSTANCE = f"/dicom-web/studies/{STUDY}/series/{SERIES}/instances/{SOP}"


def admission(event, control_id, patient, name, born, sex, more=""):
    structure = "ADT_A39" if event == "A40" else f"ADT_{event}"
    return (f"MSH|^~\\&|ADT|HOSPITAL|XINGLIN|HOSPITAL|20260103||ADT^{event}^{structure}|{control_id}|P|2.5.1\r"
            f"EVN||20260103\rPID|1||{patient}^^^HOSPITAL^MR||{name}||{born}|{sex}\r{more}")


@unittest.skipUnless(CT.exists(), "skipped: python3-pydicom with its test files is not installed")
class Corrections(WithServer):
    arguments = ("--dimse.ae_title", "XINGLIN")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor, cls.engineer = Client(cls.server), Client(cls.server, "integration")
        cls.mllp = Mllp(cls.server)
        run(BINARY, "peer", "add", "--data", cls.server.data, "--may", "find,get,move", "VIEWER", "127.0.0.1:104")
        file = pydicom.dcmread(CT)
        file.PatientID, file.IssuerOfPatientID, file.PatientName = "6001", "HOSPITAL", "Wang^Xiaodong"
        file.PatientBirthDate, file.PatientSex, file.AccessionNumber = "19590314", "F", "ACC-1"
        file.StudyInstanceUID, file.SeriesInstanceUID = STUDY, SERIES
        file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = SOP
        file.save_as(cls.folder / "image.dcm")
        cls.pixels = file.PixelData
        run("storescu", "-aec", "XINGLIN", "127.0.0.1", cls.server.dimse_port, cls.folder / "image.dcm")

    def act(self, what, body, expected=200):
        status, _, answer = self.doctor.request("POST", f"/api/studies/{STUDY}/{what}", {"reason": "misread", **body})
        self.assertEqual(status, expected, answer)
        return json.loads(answer) if answer else None

    def by_dimse(self):
        """The study as C-FIND tells it, and the image as C-GET brings it."""
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        found = run("findscu", "-S", "-aet", "VIEWER", "-aec", "XINGLIN", "-k", "QueryRetrieveLevel=STUDY",
                    "-k", f"StudyInstanceUID={STUDY}", "-k", "AccessionNumber", "-k", "PatientID", "-k", "PatientName", "-X",
                    "-od", folder, "127.0.0.1", self.server.dimse_port)
        row = pydicom.dcmread(next(folder.glob("rsp*.dcm")), force=True)
        run("getscu", "-S", "-aet", "VIEWER", "-aec", "XINGLIN", "-k", "QueryRetrieveLevel=STUDY",
            "-k", f"StudyInstanceUID={STUDY}", "-od", folder, "127.0.0.1", self.server.dimse_port)
        image = next(path for path in folder.iterdir() if SOP in path.name)
        return row, pydicom.dcmread(image), found

    def by_web(self):
        """The same by QIDO-RS, metadata, WADO-RS and WADO-URI."""
        row, = self.doctor.get(f"/dicom-web/studies?StudyInstanceUID={STUDY}&includefield=all")
        status, headers, body = self.doctor.request("GET", f"{INSTANCE}/metadata", headers={"Accept": "application/dicom+json"})
        self.assertEqual(status, 200)
        metadata, = json.loads(body)
        files = []
        for path in (INSTANCE, f"/wado?requestType=WADO&studyUID={STUDY}&seriesUID={SERIES}&objectUID={SOP}"
                               "&contentType=application/dicom"):
            status, headers, body = self.doctor.request("GET", path, headers={"Accept": "application/dicom"})
            self.assertEqual(status, 200, body[:300])
            self.etag = headers["ETag"]
            files.append(body)
        self.assertEqual(files[0], files[1])
        return row, metadata, pydicom.dcmread(io.BytesIO(files[0]))

    def assert_given_out(self, patient, name, accession, originals):
        row, image, _ = self.by_dimse()
        study, metadata, file = self.by_web()
        value = lambda json_row, tag: json_row[tag]["Value"][0]
        self.assertEqual((row.PatientID, str(row.PatientName), row.AccessionNumber), (patient, name, accession))
        for json_row in (study, metadata):
            self.assertEqual((value(json_row, "00100020"), value(json_row, "00080050")), (patient, accession))
            self.assertEqual(value(json_row, "00100010")["Alphabetic"], name)
        for data in (image, file):
            self.assertEqual((data.PatientID, str(data.PatientName), data.AccessionNumber), (patient, name, accession))
            self.assertEqual(data.PixelData, self.pixels)
            self.assertEqual([item.ReasonForTheAttributeModification for item in data.get("OriginalAttributesSequence", [])],
                             originals)
        return file

    def assert_original(self):
        receipt = self.doctor.get(f"/api/instances/{SOP}/receipt")
        for client in (self.doctor, self.engineer):
            status, _, body = client.request("GET", f"/api/instances/{SOP}/original")
            self.assertEqual((status, hashlib.sha256(body).hexdigest()), (200, receipt["sha256"]))
        self.assertEqual(pydicom.dcmread(io.BytesIO(body)).PatientID, "6001")
        self.assertEqual(Client(self.server, "administrator").request("GET", f"/api/instances/{SOP}/original")[0], 403)

    def test_1_an_attribute_is_corrected_and_taken_back(self):
        self.assert_given_out("6001", "Wang^Xiaodong", "ACC-1", [])
        before = self.etag
        made = self.act("correct", {"values": {"AccessionNumber": "ACC-2", "PatientName": "Wang^Xiaodan"}})
        file = self.assert_given_out("6001", "Wang^Xiaodan", "ACC-2", ["CORRECT"])
        self.assertNotEqual(self.etag, before)
        old = file.OriginalAttributesSequence[0].ModifiedAttributesSequence[0]
        self.assertEqual((old.AccessionNumber, str(old.PatientName), len(old)), ("ACC-1", "Wang^Xiaodong", 2))
        self.assert_original()
        self.assertEqual(self.doctor.request("GET", "/dicom-web/studies?AccessionNumber=ACC-1")[0], 204)
        page = self.doctor.get(f"/api/studies/{STUDY}")
        self.assertEqual(page["history"][0]["act"], "corrected")
        self.assertEqual(page["corrections"][0]["changes"][0],
                         {"attribute": "AccessionNumber", "before": "ACC-1", "after": "ACC-2"})
        self.act(f"corrections/{made['id']}/undo", {}, 204)
        self.assert_given_out("6001", "Wang^Xiaodong", "ACC-1", [])
        self.assertEqual(self.etag, before)
        self.act("correct", {"values": {"PatientID": "1"}}, 400)
        self.act("correct", {"values": {"StudyDate": "yesterday"}}, 400)

    def test_2_a_study_is_moved_to_its_patient(self):
        self.assertIn("MSA|AA|K1", self.mllp.send(admission("A28", "K1", "6002", "Garcia^Miguel", "19800101", "M")))
        other = self.doctor.resources("/fhir/Patient?identifier=6002")[0]["id"]
        home = self.doctor.get(f"/api/studies/{STUDY}")["patient"]["id"]
        made = self.act("move", {"patient": other})
        file = self.assert_given_out("6002", "Garcia^Miguel", "ACC-1", ["COERCE"])
        self.assertEqual((file.PatientBirthDate, file.PatientSex), ("19800101", "M"))
        self.assert_original()
        self.assertEqual(self.doctor.get(f"/api/studies/{STUDY}")["patient"]["id"], other)
        wait_for("the ImagingStudy to follow", lambda: self.doctor.resources(f"/fhir/ImagingStudy?patient={other}"))
        self.act("move", {"patient": "nobody"}, 404)
        self.act(f"corrections/{made['id']}/undo", {}, 204)
        self.assertEqual(self.doctor.get(f"/api/studies/{STUDY}")["patient"]["id"], home)
        self.assert_given_out("6001", "Wang^Xiaodong", "ACC-1", [])

    def test_3_a_merge_of_patients_is_followed(self):
        self.assertIn("MSA|AA|K2", self.mllp.send(admission("A28", "K2", "6003", "Wang^Xiao Dong", "19590314", "F")))
        self.assertIn("MSA|AA|K3", self.mllp.send(
            admission("A40", "K3", "6003", "Wang^Xiao Dong", "19590314", "F", "MRG|6001^^^HOSPITAL^MR\r")))
        corrections = lambda: self.doctor.get(f"/api/studies/{STUDY}")["corrections"]
        wait_for("the study to follow", lambda: corrections()[0]["kind"] == "merge")
        self.assert_given_out("6003", "Wang^Xiao Dong", "ACC-1", ["COERCE"])
        self.act(f"corrections/{corrections()[0]['id']}/undo", {}, 400)
        merge = self.engineer.get("/api/merges")["items"][0]["id"]
        self.assertEqual(self.engineer.request("POST", f"/api/merges/{merge}/undo")[0], 204)
        wait_for("the study to return", lambda: corrections()[0]["undone_at"])
        self.assert_given_out("6001", "Wang^Xiaodong", "ACC-1", [])
        self.assert_original()


if __name__ == "__main__":
    main()
