#!/usr/bin/env python3
"""The pages in a real browser against the real server: a simulated ward, the real ECG, a deteriorating patient; then the
tests of ui/tests under node's own runner. Screenshots go to the folder of XL_OUTPUT."""
import sqlite3
import subprocess

from harness import *


def adt(event, control_id, patient, name, more=""):
    now = time.strftime("%Y%m%d%H%M%S+0000", time.gmtime())
    structure = "ADT_A39" if event == "A40" else f"ADT_{event}"
    return (f"MSH|^~\\&|ADT|HOSPITAL|XINGLIN|HOSPITAL|{now}||ADT^{event}^{structure}|{control_id}|P|2.5.1\r"
            f"EVN||{now}\rPID|1||{patient}^^^HOSPITAL^MR||{name}||19700101|M\r{more}")


def make_dead_letter(data, patient):
    """A job of an event that was handled, put back among the dead: as if it had failed for good, and it can be replayed."""
    database = sqlite3.connect(data / "xinglin.db", timeout=20 * PATIENCE)
    with database:
        event, subject, at = database.execute("SELECT id, subject, at FROM journal_event WHERE patient = ? AND type = "
                                              "'record.observation-created' ORDER BY id LIMIT 1", (patient,)).fetchone()
        payload = json.dumps({"event": event, "subject": subject, "patient": patient, "at": at})
        database.execute("INSERT INTO journal_job (queue, key, payload, state, priority, run_at, attempt, created_at, ended_at,"
                         " error) VALUES ('inference/early-warning', ?, ?, 2, 0, ?, 5, ?, ?, 'the disk was full')",
                         (f"replay Patient/{patient}", payload, at, at, at))
    database.close()


class Browser(WithServer):
    arguments = ("--demo",)

    def test_pages(self):
        self.assertTrue((ROOT / "ui/dist/index.html").exists(), "the pages are not built: ./test builds them")
        run(BINARY, "simulate", "--mllp", f"127.0.0.1:{self.server.mllp_port}", "--dimse",
            f"127.0.0.1:{self.server.dimse_port}", "--beds", "8", "--seed", "3", "--back-fill", "12h", "--for", "0s")
        if ecg_file() is not None:
            run("storescu", "-aec", "XINGLIN", "127.0.0.1", self.server.dimse_port, ecg_file())
        mllp = Mllp(self.server)
        self.assertIn("MSA|AA|BR-1", mllp.send(oru("BR-1", "MRN-77", DETERIORATING)))
        client = Client(self.server)
        wait_for("an ECG report", lambda: client.resources("/fhir/DiagnosticReport?code=11524-6"))
        patient = client.resources("/fhir/Patient?identifier=MRN-77")[0]["id"]
        wait_for("the warning", lambda: client.resources(f"/fhir/RiskAssessment?patient={patient}"))
        for control_id, number, name in (("BR-2", "MRN-81", "Lin^Wei"), ("BR-3", "MRN-82", "Lin^W")):
            self.assertIn(f"MSA|AA|{control_id}", mllp.send(adt("A01", control_id, number, name, "PV1|1|I|5B^3^1^HOSPITAL\r")))
        merge = adt("A40", "BR-4", "MRN-81", "Lin^Wei", "MRG|MRN-82^^^HOSPITAL^MR\r")
        self.assertIn("MSA|AA|BR-4", mllp.send(merge))
        # The same number with clearly different demographics: a conflict for the page.
        self.assertIn("MSA|AA|BR-5", mllp.send(oru("BR-5", "MRN-77", [("8867-4", "Heart rate", "71", "/min", "")],
                                                   name="Garcia^Miguel").replace("19590314|F", "19800101|M")))
        # Two numbers, one person by all that is known of them: a pair for identity review.
        for control_id, number, name in (("BR-6", "MRN-91", "Novak^Katherine"), ("BR-7", "MRN-92", "Novak^Catherine")):
            self.assertIn(f"MSA|AA|{control_id}", mllp.send(adt("A01", control_id, number, name, "PV1|1|I|5B^4^1^HOSPITAL\r")
                                                            .replace("19700101|M", "19830517|F")))
        self.assertIn("MSA|AR|", mllp.send("PID|1||a message without its header\r"))
        make_dead_letter(self.server.data, patient)
        logins = dict(line.removeprefix("demo sign-in: ").split(" / ")[:2]
                      for line in self.server.output.splitlines() if line.startswith("demo sign-in: "))
        output = pathlib.Path(os.environ.get("XL_OUTPUT", self.folder / "output")) / "screenshots"
        output.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "XL_BASE_URL": self.server.base, "XL_OUTPUT": str(output),
                       "XL_USER": "doctor", "XL_PASSWORD": logins["doctor"], "XL_LOGINS": json.dumps(logins),
                       "XL_PATIENT": patient}
        result = subprocess.run(["npm", "run", "--silent", "test:browser"], cwd=ROOT / "ui", env=environment)
        self.assertEqual(result.returncode, 0)


if __name__ == "__main__":
    main()
