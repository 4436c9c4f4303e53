#!/usr/bin/env python3
"""The verbs of the command line: help, version, token, import with a resumable report, apps, simulate, audit; starting,
stopping and refusing."""
import signal

from harness import *


class Commands(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xinglin-cmd-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.folder / "data"

    def test_help_and_version(self):
        text = run(BINARY, "--help").stdout
        for verb in ("serve", "simulate", "token", "import", "app", "archive", "audit", "identity", "version"):
            self.assertIn(verb, text)
            self.assertIn("--", run(BINARY, verb, "--help").stdout)
        self.assertRegex(run(BINARY, "version").stdout, r"^xinglin \d+\.\d+\.\d+")
        self.assertNotEqual(run(BINARY, "nonsense", check=False).returncode, 0)

    def test_identity_links_a_table(self):
        table = self.folder / "people.csv"
        table.write_text("rec_id, given_name, surname, date_of_birth, soc_sec_id, postcode\n"
                         "a, ann, smith, 19590314, 1234567, 6000\nb, anne, smith, 19590314, 1234567, 6000\n"
                         "c, bob, taylor, 19800101, 7654321, 2000\n")
        done = run(BINARY, "identity", "link", table, "--format", "ndjson")
        pairs = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(pair["a"], pair["b"]) for pair in pairs], [("a", "b")])
        self.assertGreater(pairs[0]["probability"], 0.9)
        self.assertIn({"personal_number"}, [{e["field"]} for e in pairs[0]["evidence"] if e["level"] == "exact"])
        self.assertTrue(run(BINARY, "identity", "link", table).stdout.startswith("a,b,probability,bits,evidence\n"))
        self.assertNotEqual(run(BINARY, "identity", "link", self.folder / "none.csv", check=False).returncode, 0)

    def test_options_page_is_current(self):
        self.assertEqual(run(BINARY, "serve", "--options-markdown").stdout, (ROOT / "docs/options.md").read_text())

    def test_first_start_prints_a_password_once(self):
        server = Server(self.data)
        password = server.administrator_password()
        self.assertGreaterEqual(len(password), 12)
        server.stop()
        again = Server(self.data)
        self.assertNotIn("administrator password", again.output)
        again.stop()

    def test_sigterm_stops_and_a_second_server_is_refused(self):
        server = Server(self.data)
        second = run(BINARY, "serve", "--data", self.data, "--http", "127.0.0.1:0", "--dimse", "127.0.0.1:0", "--mllp",
                     "127.0.0.1:0", check=False)
        self.assertNotEqual(second.returncode, 0)
        self.assertIn("in use", second.stderr)
        self.assertEqual(server.stop(), 0)

    def test_bad_configuration_is_named(self):
        config = self.folder / "x.toml"
        config.write_text("[dimse]\nassociations_mx = 3\n")
        result = run(BINARY, "serve", "--data", self.data, "--config", config, check=False)
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("associations_mx", result.stderr)

    def test_import_reports_and_resumes(self):
        (self.folder / "in").mkdir()
        (self.folder / "in/good.hl7").write_text(oru("IMP-1", "MRN-1", DETERIORATING).replace("\r", "\n"))
        (self.folder / "in/bad.hl7").write_text("MSH|^~\\&|nothing\n")
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [
            {"fullUrl": "urn:uuid:5a7f6b0e-0b5a-4d5e-9a0e-0d6c5a1b2c3d",
             "resource": {"resourceType": "Patient", "identifier": [{"system": "urn:x", "value": "B1"}]},
             "request": {"method": "POST", "url": "Patient"}}]}
        (self.folder / "in/bundle.json").write_text(json.dumps(bundle))
        if ecg_file() is not None:
            shutil.copy(ecg_file(), self.folder / "in/ecg.dcm")
        report = self.folder / "report.jsonl"
        first = run(BINARY, "import", "--data", self.data, "--report", report, self.folder / "in", check=False)
        self.assertEqual(first.returncode, 1)  # one file was refused
        rows = {pathlib.Path(r["path"]).name: r for r in map(json.loads, report.read_text().splitlines())}
        self.assertEqual(rows["good.hl7"]["outcome"], "imported")
        self.assertEqual(rows["bundle.json"]["outcome"], "imported")
        self.assertEqual(rows["bad.hl7"]["outcome"], "refused")
        self.assertTrue(rows["bad.hl7"]["reason"])
        again = run(BINARY, "import", "--data", self.data, "--report", report, self.folder / "in", check=False)
        self.assertIn("already in the report", again.stdout)
        if ecg_file() is not None:
            self.check_custody()
        server = Server(self.data)
        client = Client(server)
        self.assertEqual(client.get("/fhir/Patient?identifier=B1&_summary=count")["total"], 1)
        self.assertEqual(client.get("/fhir/Patient?identifier=MRN-1&_summary=count")["total"], 1)
        server.stop()

    def test_bulk_data_goes_in_line_by_line(self):
        file, report, errors = self.folder / "Patient.ndjson", self.folder / "report.jsonl", self.folder / "errors.ndjson"
        lines = [json.dumps({"resourceType": "Patient", "id": f"line-{i}", "gender": "female"}) for i in range(1200)]
        lines[700] = "{"
        file.write_text("\n".join(lines) + "\n")
        verb = [BINARY, "import", "--data", self.data, "--report", report, "--errors", errors, file]
        self.assertEqual(run(*verb, check=False).returncode, 1)  # one line was refused
        rows = [json.loads(line) for line in report.read_text().splitlines()]
        self.assertEqual(rows[-1]["outcome"], "refused")
        self.assertEqual(rows[-2]["stored"], 1199)
        outcome = json.loads(errors.read_text())
        self.assertEqual(outcome["resourceType"], "OperationOutcome")
        self.assertTrue(outcome["extension"][0]["valueString"].endswith("Patient.ndjson:701"))
        # Cut where a kill may have cut it: lines that are stored already change nothing when they come again.
        report.write_text("\n".join(json.dumps(row) for row in rows[:1]) + "\n" + '{"path": "cut')
        self.assertEqual(run(*verb, check=False).returncode, 1)
        again = json.loads(report.read_text().splitlines()[-1])
        self.assertIn("500 resources stored, 699 known, 1 lines refused", again["reason"])
        server = Server(self.data)
        client = Client(server)
        self.assertEqual(client.get("/fhir/Patient?_summary=count")["total"], 1199)
        self.assertEqual(client.get("/fhir/Patient/line-999")["meta"]["versionId"], "1")
        server.stop()

    def check_custody(self):
        """Every stored image is whole; one flipped bit is found and named by exit status, and found healed when mended."""
        verify = [BINARY, "archive", "verify", "--data", self.data]
        self.assertIn(" 0 damaged", run(*verify).stdout)
        image = next(self.data.rglob("*.dcm"))
        whole = image.read_bytes()
        image.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
        found = run(*verify, check=False)
        self.assertEqual(found.returncode, 1)
        self.assertIn(" 1 damaged", found.stdout)
        image.write_bytes(whole)
        self.assertIn(" 0 damaged, 1 whole again", run(*verify).stdout)

    def test_what_is_not_there_is_not_found_intact(self):
        for verb in ("archive", "audit"):
            nowhere = self.folder / f"no-such-{verb}"
            told = run(BINARY, verb, "verify", "--data", nowhere, check=False)
            self.assertNotEqual(told.returncode, 0, told.stdout)
            self.assertFalse(nowhere.exists())

    def test_a_bad_message_does_not_keep_the_next_one_out(self):
        good = oru("IMP-3", "MRN-3", DETERIORATING).replace("\r", "\n")
        file = self.folder / "day.hl7"
        file.write_text("MSH|^~\\&|nothing\n" + good)
        report = self.folder / "report.jsonl"
        run(BINARY, "import", "--data", self.data, "--report", report, file, check=False)
        row = json.loads(report.read_text())
        self.assertEqual(row["outcome"], "refused")
        self.assertTrue(row["reason"].startswith("1 of 2 messages"), row["reason"])
        server = Server(self.data)
        self.assertEqual(Client(server).get("/fhir/Patient?identifier=MRN-3&_summary=count")["total"], 1)
        server.stop()

    def test_apps_and_audit(self):
        listed = run(BINARY, "app", "list").stdout
        self.assertIn("early-warning", listed)
        self.assertIn("resting-ecg", listed)
        server = Server(self.data)
        Client(server).get("/fhir/Patient")
        server.stop()
        self.assertRegex(run(BINARY, "audit", "verify", "--data", self.data).stdout, r"\d+ leaves")
        database = next(self.data.glob("*.db"))
        run("/usr/bin/python3", "-c", "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); "
            "d.execute('update audit_leaf set record=replace(record, \"search\", \"Search\")'); d.commit()", database)
        broken = run(BINARY, "audit", "verify", "--data", self.data, check=False)
        self.assertEqual(broken.returncode, 1, broken.stdout)
        nowhere = run(BINARY, "audit", "verify", "--data", self.folder / "typo", check=False)
        self.assertEqual(nowhere.returncode, 2, nowhere.stdout)
        self.assertFalse((self.folder / "typo").exists())

    def test_simulated_ward_reaches_the_record(self):
        server = Server(self.data)
        run(BINARY, "simulate", "--mllp", f"127.0.0.1:{server.mllp_port}", "--dimse", f"127.0.0.1:{server.dimse_port}",
            "--beds", "6", "--seed", "7", "--back-fill", "6h", "--for", "0s")
        client = Client(server)
        self.assertGreaterEqual(client.get("/fhir/Patient?_summary=count")["total"], 6)
        self.assertGreater(client.get("/fhir/Observation?category=vital-signs&_summary=count")["total"], 100)
        wait_for("an ECG report", lambda: client.resources("/fhir/DiagnosticReport?code=11524-6"))
        server.stop()

    def test_health_metrics_and_openapi(self):
        server = Server(self.data)
        client = Client(server)
        for path in ("/healthz", "/readyz"):
            self.assertEqual(client.request("GET", path)[0], 200)
        self.assertIn(b"# TYPE", client.request("GET", "/metrics")[2])
        self.assertTrue(client.get("/api/openapi.json")["openapi"].startswith("3.1"))
        self.assertEqual(client.get("/fhir/metadata")["fhirVersion"], "4.0.1")
        server.process.send_signal(signal.SIGTERM)
        server.stop()


if __name__ == "__main__":
    main()
