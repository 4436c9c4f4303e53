#!/usr/bin/env python3
"""Who is who, from outside: the same Patient ID with other demographics or from another issuer, by C-STORE and by HL7.
Nothing is merged without a person; what they decide moves images and observations, and can be taken back."""
import pydicom

from harness import *

CT = PYDICOM / "CT_small.dcm"


def image(folder, number, patient, name, born, sex, issuer="HOSPITAL"):
    file = pydicom.dcmread(CT)
    file.PatientID, file.PatientName, file.PatientBirthDate, file.PatientSex = patient, name, born, sex
    if issuer:
        file.IssuerOfPatientID = issuer
    file.StudyInstanceUID, file.SeriesInstanceUID = f"2.25.81{number}", f"2.25.81{number}.1"
    file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = f"2.25.81{number}.1.1"
    path = folder / f"image-{number}.dcm"
    file.save_as(path)
    return path, file.StudyInstanceUID


def result(control_id, patient, name, born, sex, issuer="HOSPITAL"):
    return (f"MSH|^~\\&|LAB|{issuer}|XINGLIN|HOSPITAL|20260103||ORU^R01^ORU_R01|{control_id}|P|2.5.1\r"
            f"PID|1||{patient}^^^{issuer}^MR||{name}||{born}|{sex}\r"
            f"OBR|1||{control_id}-1|2345-7^Glucose^LN|||20260103070000+0000|||||||||||||||20260103070000+0000|||F\r"
            "OBX|1|NM|2345-7^Glucose^LN||5.1|mmol/L|||||F\r")


@unittest.skipUnless(CT.exists(), "skipped: python3-pydicom with its test files is not installed")
class Conflicts(WithServer):
    WANG, GARCIA = ("Wang^Xiaodong", "19590314", "F"), ("Garcia^Miguel", "19800101", "M")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor, cls.auditor = Client(cls.server), Client(cls.server, "auditor")
        cls.mllp = Mllp(cls.server)

    def store(self, *arguments, **more):
        path, study = image(self.folder, *arguments, **more)
        run("storescu", "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, path)
        return self.doctor.get(f"/api/studies/{study}")["patient"]["id"], study

    def owner_of(self, study):
        return self.doctor.get(f"/api/studies/{study}")["patient"]["id"]

    def glucose(self, patient):
        return len(self.doctor.resources(f"/fhir/Observation?code=2345-7&patient={patient}"))

    def decide(self, conflict, decision, reason):
        status, _, body = self.doctor.request("POST", f"/api/conflicts/{conflict}/decision",
                                              {"decision": decision, "reason": reason})
        self.assertEqual(status, 204, body)

    def conflicts(self, number, state="open"):
        return [row for row in self.doctor.get(f"/api/conflicts?state={state}")["items"] if row["number"] == number]

    def test_other_demographics_under_one_number(self):
        known, first = self.store(1, "5001", *self.WANG)
        other, second = self.store(2, "5001", *self.GARCIA)
        self.assertNotEqual(known, other)
        conflict, = self.conflicts("5001")
        self.assertEqual((conflict["known"], conflict["other"]), (known, other))
        self.assertEqual(set(conflict["differs"]), {"name", "birth_date", "gender"})
        self.assertEqual(conflict["other_person"]["name"], "Garcia, Miguel")
        for control_id, person in (("C1", self.WANG), ("C2", self.GARCIA), ("C3", self.GARCIA)):
            self.assertIn(f"MSA|AA|{control_id}", self.mllp.send(result(control_id, "5001", *person)))
        self.assertEqual((self.glucose(known), self.glucose(other)), (1, 2), "results go by the same rule")

        self.decide(conflict["id"], "same", "name changed by court")
        self.assertEqual((self.owner_of(first), self.owner_of(second)), (known, known))
        self.assertEqual(self.glucose(known), 3)
        third, _ = self.store(3, "5001", *self.GARCIA)
        self.assertEqual(third, known, "what comes later follows")
        self.assertEqual(self.conflicts("5001"), [])

        self.decide(conflict["id"], "open", "the wrong court")
        self.assertEqual((self.owner_of(first), self.owner_of(second)), (known, other))
        self.assertEqual((self.glucose(known), self.glucose(other)), (1, 2))
        self.decide(conflict["id"], "different", "two people at the desk")
        fourth, _ = self.store(4, "5001", *self.GARCIA)
        self.assertEqual(fourth, other, "apart for good")
        self.assertEqual(self.conflicts("5001"), [])
        decided, = self.conflicts("5001", "all")
        self.assertEqual((decided["decision"], decided["why"]), ("different", "two people at the desk"))
        size = self.auditor.get("/api/audit?limit=1")["size"]
        leaves = [leaf["detail"] for leaf in self.auditor.get(f"/api/audit?from={max(0, size - 400)}&limit=400")["items"]
                  if leaf["object"] == f"Conflict/{conflict['id']}" and leaf["action"] == "update"]
        self.assertEqual([detail.split(" ")[0] for detail in leaves], ["same", "open", "different"])

    def test_the_same_number_of_another_issuer(self):
        self.assertIn("MSA|AA|D1", self.mllp.send(result("D1", "5002", *self.WANG)))
        patient, = self.doctor.resources("/fhir/Patient?identifier=urn:xinglin:issuer:HOSPITAL|5002")
        known = patient["id"]
        unnamed, study = self.store(5, "5002", *self.WANG, issuer="")  # as many modalities send it
        self.assertNotEqual(unnamed, known)
        self.assertIn("MSA|AA|D2", self.mllp.send(result("D2", "5002", *self.GARCIA, issuer="CLINIC")))
        rows = self.conflicts("5002")
        self.assertEqual({row["other_system"] for row in rows}, {"urn:xinglin:issuer:", "urn:xinglin:issuer:CLINIC"})
        conflict, = [row for row in rows if row["other"] == unnamed]
        self.assertEqual((conflict["known"], conflict["known_system"], conflict["differs"]),
                         (known, "urn:xinglin:issuer:HOSPITAL", []))
        self.decide(conflict["id"], "same", "the scanner names no issuer")
        self.assertEqual(self.owner_of(study), known)
        later, _ = self.store(6, "5002", *self.WANG, issuer="")
        self.assertEqual(later, known)


if __name__ == "__main__":
    main()
