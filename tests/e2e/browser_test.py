#!/usr/bin/env python3
"""The pages in a real browser against the real server: a simulated ward, the real ECG, a deteriorating patient; then the
tests of ui/tests under node's own runner. Screenshots go to the folder of XL_OUTPUT."""
import subprocess

from harness import *


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
