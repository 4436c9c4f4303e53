#!/usr/bin/env python3
"""The services for modalities: an order by HL7 is on the worklist that findscu of DCMTK and a client of another maker see,
the performed step closes it, and what was stored is committed; and DICOM over TLS, by storescu of DCMTK."""
from harness import *

CLIENT = ROOT / "tools/clients/node_modules/dcmjs-dimse"


def orm(control_id, accession, control="NW", modality="CT", start="20261122083000", name="王^小东", patient="4711"):
    return "\r".join([
        f"MSH|^~\\&|RIS|HOSPITAL|XINGLIN|HOSPITAL|20261122080000+0800||ORM^O01^ORM_O01|{control_id}|P|2.5.1|||||"
        "|UNICODE UTF-8",
        f"PID|1||{patient}^^^HOSPITAL^MR||{name}||19590314|F",
        f"ORC|{control}|P{accession}^RIS|F{accession}^RIS||SC||1^once^^{start}^^S",
        f"OBR|1|P{accession}^RIS|F{accession}^RIS|24725-4^CT Head^LN||||||||||||||{accession}|RP{accession}|SPS{accession}|"
        f"{modality}1|||{modality}"]) + "\r"


class Dimse(WithServer):
    arguments = ("--time.default_offset_minutes", "480")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engineer = Client(cls.server, "integration")
        for title in ("FINDSCU", "FOREIGN"):
            status, _, body = cls.engineer.request("PUT", f"/api/peers/{title}", {
                "host": "127.0.0.1", "port": 104, "may": ["find", "get", "worklist", "mpps", "commitment"]})
            assert status == 200, body
        cls.mllp = Mllp(cls.server)

    def worklist(self, *keys):
        answer = run("findscu", "-W", "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, "-k", "AccessionNumber",
                     "-k", "SpecificCharacterSet=ISO_IR 192", "-k", "PatientName",
                     *[part for key in keys for part in ("-k", key)], check=False)
        return answer.stdout + answer.stderr

    def order(self, *arguments, **more):
        answer = self.mllp.send(orm(*arguments, **more))
        self.assertIn("MSA|AA|", answer)

    def test_1_orders_by_hl7_come_change_and_go(self):
        self.order("D-1", "A71")
        today = "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate=20261122"
        wait_for("the order on the worklist", lambda: "[A71" in self.worklist(today))
        self.assertIn("王^小东", self.worklist("PatientName=王*"))
        self.assertNotIn("[A71", self.worklist("ScheduledProcedureStepSequence[0].Modality=MR"))
        self.order("D-2", "A71", control="XO", start="20261124100000")
        wait_for("the change", lambda: "[A71" not in self.worklist(today))
        self.assertIn("[A71", self.worklist(
            "ScheduledProcedureStepSequence[0].ScheduledProcedureStepStartDate=20261123-20261125"))
        self.order("D-3", "A71", control="CA")
        wait_for("the cancellation", lambda: "[A71" not in self.worklist())

    def test_2_orders_by_fhir_come_too(self):
        doctor = Client(self.server)
        status, _, body = doctor.request("POST", "/fhir/Patient", {
            "resourceType": "Patient", "name": [{"family": "Fhir", "given": ["Ada"]}],
            "identifier": [{"system": "urn:xinglin:issuer:HOSPITAL", "value": "F-1"}]})
        self.assertEqual(status, 201, body)
        patient = json.loads(body)["id"]
        status, _, body = doctor.request("POST", "/fhir/ServiceRequest", {
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "subject": {"reference": f"Patient/{patient}"}, "code": {"text": "Ultrasound of the liver"},
            "identifier": [{"type": {"coding": [{"code": "ACSN"}]}, "value": "A72"}],
            "orderDetail": [{"coding": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "US"}]}],
            "occurrenceDateTime": "2026-11-22T09:00:00+08:00"})
        self.assertEqual(status, 201, body)
        wait_for("the order on the worklist", lambda: "[A72" in self.worklist("PatientName=Fhir^*"))
        items = doctor.get("/api/procedures/scheduled?date=20261122")["items"]
        self.assertIn("A72", [item["accession_number"] for item in items])

    @unittest.skipUnless(shutil.which("node") and CLIENT.exists(), "skipped: tools/clients is not installed (npm ci)")
    def test_3_a_modality_of_another_maker(self):
        path = ecg_file()
        if path is None:
            self.skipTest("skipped: waveform_ecg.dcm is not on this machine")
        self.order("D-4", "A73", modality="ECG", name="Foreign^Client", patient="4712")
        wait_for("the order on the worklist", lambda: "[A73" in self.worklist())
        seen = json.loads(run("node", ROOT / "tests/e2e/dimse_client.mjs", self.server.dimse_port, path, "A73").stdout
                          .strip().splitlines()[-1])
        self.assertEqual(seen["echo"], [0])
        self.assertEqual(len(seen["worklist"]), 1)
        self.assertEqual(seen["worklist"][0]["ScheduledProcedureStepSequence"][0]["ScheduledProcedureStepID"], "SPSA73")
        self.assertEqual(seen["worklist"][0]["RequestedProcedureID"], "RPA73")
        self.assertEqual((seen["create"], seen["createAgain"]), ([0], [0x0111]))
        self.assertEqual(seen["store"], [0])
        self.assertEqual((seen["set"], seen["setAgain"]), ([0], [0x0110]))
        self.assertEqual(seen["worklistAfter"], 0)
        self.assertEqual(seen["find"], [seen["study"]])
        self.assertTrue(seen["got"])  # at least the report: it proposes contexts for some classes only
        self.assertEqual(seen["action"], [0])
        self.assertEqual(seen["events"], [{"transaction": "2.25.555", "committed": [seen["instance"]],
                                           "failed": [["2.25.404", 0x0112]]}])
        study = seen["worklist"][0]["StudyInstanceUID"]
        steps = Client(self.server).get(f"/api/procedures/performed?study={study}")["items"]
        self.assertEqual([(step["state"], step["ae_title"]) for step in steps], [("COMPLETED", "FOREIGN")])
        self.assertEqual(steps[0]["instances"][0]["sop_instance"], seen["instance"])


class Evidence(WithServer):
    """What completes a study long before it has been quiet for an hour."""
    arguments = ("--archive.quiet_seconds", "3600", "--archive.missing_minutes", "120")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.doctor = Client(cls.server)

    def send(self, study, count, *arguments):
        """`count` copies of the ECG as instances of one new study, over one association that is released."""
        files = []
        for i in range(count):
            files.append(self.folder / f"{study}.{i}.dcm")
            shutil.copy(ecg_file(), files[-1])
            run("dcmodify", "-nb", "-m", f"StudyInstanceUID={study}", "-m", f"SeriesInstanceUID={study}.1", "-m",
                f"SOPInstanceUID={study}.1.{i}", files[-1])
        run("storescu", *arguments, "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, *files)

    def life(self, study):
        found = self.doctor.get(f"/api/studies/{study}")
        acts = found["history"]
        return found["state"], [one["kind"] for one in acts[0]["detail"].get("evidence", [])] if acts else []

    @unittest.skipUnless(shutil.which("dcmodify") and ecg_file(), "skipped: no dcmtk or no ECG")
    def test_1_the_end_of_the_association(self):
        self.send("2.25.8001", 2)
        wait_for("the end", lambda: self.life("2.25.8001")[0] == "complete")
        self.assertEqual(self.life("2.25.8001")[1], ["association-end", "quiet-time"])

    @unittest.skipUnless(shutil.which("dcmodify") and ecg_file(), "skipped: no dcmtk or no ECG")
    @unittest.skipUnless(shutil.which("node") and CLIENT.exists(), "skipped: tools/clients is not installed (npm ci)")
    def test_2_the_list_of_the_modality(self):
        engineer = Client(self.server, "integration")
        engineer.request("PUT", "/api/peers/FOREIGN", {"host": "127.0.0.1", "port": 104, "may": ["mpps"]})
        self.send("2.25.8002", 2)
        names = [f"2.25.8002.1.{i}" for i in range(3)]
        told = run("node", ROOT / "tests/e2e/performed_client.mjs", self.server.dimse_port, "2.25.9002", "2.25.8002",
                   "2.25.8002.1", *names)
        self.assertEqual(json.loads(told.stdout.strip().splitlines()[-1]), [0, 0, 0, "COMPLETED"])
        self.assertNotEqual(self.life("2.25.8002")[0], "complete", "one of three is missing")
        self.send("2.25.8002", 3)
        wait_for("the list", lambda: self.life("2.25.8002")[0] == "complete")
        self.assertEqual(self.life("2.25.8002")[1], ["performed"])


class OverTls(unittest.TestCase):
    """DICOM over TLS: DCMTK sends to us, and we send to a server that wants a certificate of ours."""

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-e2e-"))
        cls.key, cls.certificate = cls.make("house")
        cls.other_key, cls.other_certificate = cls.make("other")
        cls.server = Server(cls.folder / "data", *cls.tls(), "--dimse.tls_client_authorities", cls.certificate)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.folder)

    @classmethod
    def tls(cls):
        return ["--dimse-tls", "127.0.0.1:0", "--dimse.tls_certificate", cls.certificate, "--dimse.tls_key", cls.key,
                "--dimse.tls_authorities", cls.certificate]

    @classmethod
    def make(cls, name):
        key, certificate = cls.folder / f"{name}.key", cls.folder / f"{name}.crt"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}", "-keyout",
            key, "-out", certificate)
        return key, certificate

    def send(self, *arguments):
        return run("storescu", *arguments, "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_tls_port, ecg_file(),
                   check=False)

    def test_2_storescu_sends_over_tls(self):
        if ecg_file() is None:
            self.skipTest("skipped: waveform_ecg.dcm is not on this machine")
        sent = self.send("+tls", self.key, self.certificate, "+cf", self.certificate)
        self.assertEqual(sent.returncode, 0, sent.stderr)
        for arguments in (("+tla", "+cf", self.certificate),  # no certificate of its own
                          ("+tls", self.other_key, self.other_certificate, "+cf", self.certificate),
                          ()):  # no TLS
            self.assertNotEqual(self.send(*arguments).returncode, 0, arguments)

    def test_1_results_go_on_over_tls(self):
        if ecg_file() is None:
            self.skipTest("skipped: waveform_ecg.dcm is not on this machine")
        pacs = Server(self.folder / "pacs", *self.tls(), "--dimse.ae_title", "PACS", "--dimse.tls_client_authorities",
                      self.certificate)
        try:
            run(BINARY, "peer", "add", "--data", pacs.data, "--may", "commitment", "--tls", "XINGLIN",
                f"127.0.0.1:{self.server.dimse_tls_port}")
            run(BINARY, "peer", "add", "--data", self.server.data, "--may", "store", "--tls", "--send-results",
                "--ask-commitment", "PACS", f"127.0.0.1:{pacs.dimse_tls_port}")
            run("storescu", "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, ecg_file())
            engineer = Client(self.server, "integration")
            answer = json.loads(engineer.request("POST", "/api/peers/PACS/echo")[2])
            self.assertTrue(answer["answered"], answer)
            wait_for("the commitment", lambda: [item for item in engineer.get("/api/sent")["items"]
                                                if item["state"] == "committed"], 60)
        finally:
            pacs.stop()


if __name__ == "__main__":
    main()
