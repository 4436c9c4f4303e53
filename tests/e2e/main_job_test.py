#!/usr/bin/env python3
"""The real main job: a DICOM ECG by DCMTK's storescu and an ORU with abnormal vital signs by MLLP become a
DiagnosticReport, a structured report, a RiskAssessment and a Task, seen through /fhir and our own API."""
import raw_store
from harness import *


class MainJob(WithServer):
    def test_1_ecg_becomes_a_report(self):
        path = ecg_file()
        if path is None:
            self.skipTest("skipped: waveform_ecg.dcm is not on this machine")
        run("storescu", "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, path)
        client = Client(self.server)
        report = wait_for("the ECG report", lambda: client.resources("/fhir/DiagnosticReport?code=11524-6"))[0]
        self.assertEqual(report["status"], "preliminary")
        self.assertIn("AIAST", json.dumps(report["meta"]["security"]))
        self.assertTrue(report["result"])
        observations = client.resources(f"/fhir/Observation?subject={report['subject']['reference']}&_count=100")
        self.assertGreaterEqual(len(observations), len(report["result"]))
        patient = report["subject"]["reference"].split("/")[1]
        studies = client.get(f"/api/patients/{patient}/studies")["items"]
        modalities = {series["modality"] for study in studies for series in study["series"]}
        self.assertTrue({"ECG", "SR"} <= modalities, modalities)
        imaging = wait_for("the ImagingStudy", lambda: client.resources(f"/fhir/ImagingStudy?patient={patient}"))
        self.assertEqual(len(imaging), 1)

    def test_2_vital_signs_become_a_warning(self):
        mllp = Mllp(self.server)
        answer = mllp.send(oru("MAIN-1", "MRN-77", DETERIORATING))
        self.assertIn("MSA|AA|MAIN-1", answer)
        client = Client(self.server)
        patient = client.resources("/fhir/Patient?identifier=MRN-77")[0]
        risk = wait_for("the RiskAssessment",
                        lambda: client.resources(f"/fhir/RiskAssessment?patient={patient['id']}"))[0]
        self.assertIn("AIAST", json.dumps(risk["meta"]["security"]))
        task = wait_for("the Task", lambda: client.resources(f"/fhir/Task?patient={patient['id']}"))[0]
        self.assertEqual(task["status"], "requested")
        points = client.get(f"/api/patients/{patient['id']}/news2")["points"]
        self.assertEqual(points[-1]["score"], 12)
        self.assertTrue(points[-1]["complete"])
        self.assertEqual(points[-1]["band"], "high")
        items = client.get("/api/worklist")["items"]
        self.assertTrue(any(i["application"]["id"] == "early-warning" and i["patient"]["id"] == patient["id"]
                            for i in items))

    def test_3_a_clinician_decides(self):
        client = Client(self.server)
        item = next(i for i in client.get("/api/worklist")["items"] if i["application"]["id"] == "early-warning")
        nurse_token_may_not_read_audit, _, _ = Client(self.server, "nurse").request("GET", "/api/audit")
        self.assertEqual(nurse_token_may_not_read_audit, 403)
        status, _, body = client.request("POST", f"/api/results/{item['id']}/feedback", {"action": "reject"})
        self.assertEqual(status, 400, body)  # a rejection needs a reason
        status, _, body = client.request("POST", f"/api/results/{item['id']}/feedback",
                                         {"action": "accept", "reason": ""})
        self.assertEqual(status, 200, body)
        self.assertEqual(json.loads(body)["status"], "accepted")
        patient = item["patient"]["id"]
        risk = client.resources(f"/fhir/RiskAssessment?patient={patient}")[0]
        self.assertEqual(risk["status"], "final")

    def test_4_repeats_are_harmless(self):
        mllp = Mllp(self.server)
        message = oru("MAIN-2", "MRN-78", DETERIORATING)
        first = mllp.send(message)
        client = Client(self.server)
        patient = client.resources("/fhir/Patient?identifier=MRN-78")[0]["id"]
        before = client.get(f"/fhir/Observation?patient={patient}&category=vital-signs&_summary=count")["total"]
        self.assertEqual(mllp.send(message), first)
        after = client.get(f"/fhir/Observation?patient={patient}&category=vital-signs&_summary=count")["total"]
        self.assertEqual(before, after)

    def test_5_bad_content_is_named(self):
        mllp = Mllp(self.server)
        answer = mllp.send(oru("MAIN-3", "MRN-79", [("8867-4", "Heart rate", "fast", "/min")]))
        self.assertIn("MSA|AE|MAIN-3", answer)
        self.assertRegex(answer, r"ERR\|[^|]*\|OBX\^1\^5")
        self.assertIn("MSA|AR", mllp.send("this is not HL7"))
        self.assertIn("MSA|AA|MAIN-4", mllp.send(oru("MAIN-4", "MRN-79", DETERIORATING)))

    def test_6_the_log_of_access_is_proven(self):
        verified = run(BINARY, "audit", "verify", "--data", self.server.data)
        self.assertRegex(verified.stdout, r"\d+ leaves")

    def test_7_uids_that_contradict_the_command_are_refused_and_kept(self):
        # CT slices whose data sets have empty UIDs, sent under the UIDs of their file meta information; 0xA900 is
        # "data set does not match SOP class" (DICOM PS3.4 B.2.3).
        slices = sorted((SHARED / "dicom/ct-abdomen").glob("*.dcm"))
        if not slices:
            self.skipTest("skipped: the abdominal CT is not on this machine")
        before = Client(self.server, "administrator").get("/api/system/quarantine")["items"]
        meta, data_set = raw_store.split_file(slices[0])
        uids = [meta[element].rstrip(b"\0 ") for element in (0x0002, 0x0003, 0x0010)]
        self.assertEqual(raw_store.store(self.server.dimse_port, *uids, data_set), 0xA900)
        after = Client(self.server, "administrator").get("/api/system/quarantine")["items"]
        self.assertEqual(len(after), len(before) + 1)
        self.assertEqual(after[0]["source"], "dimse", after[0])


if __name__ == "__main__":
    main()
