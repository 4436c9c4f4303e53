#!/usr/bin/env python3
"""The image viewer in a real browser against the real server: studies of the shared data are stored by STOW-RS, opened as our
pages open them and drawn; viewer.mjs looks at the pixels. Screenshots go to the folder of XL_OUTPUT."""
import io
import subprocess

import pydicom

from harness import *

DICOM = SHARED / "dicom"
STORED_AT_ONCE = 12


def multipart(files):
    body = b"".join(b"--cut\r\nContent-Type: application/dicom\r\n\r\n" + data + b"\r\n" for data in files)
    return body + b"--cut--\r\n", 'multipart/related; type="application/dicom"; boundary=cut'


def as_bytes(data_set):
    out = io.BytesIO()
    pydicom.dcmwrite(out, data_set, write_like_original=False)
    return out.getvalue()


def identified(path, study, patient):
    """The samples of a CT series have lost their identifiers in the data set (only the meta information has them), and one
    ultrasound has no patient: what a modality would have written is put back."""
    data_set = pydicom.dcmread(path)
    data_set.SOPClassUID = data_set.file_meta.MediaStorageSOPClassUID
    data_set.SOPInstanceUID = data_set.file_meta.MediaStorageSOPInstanceUID
    data_set.StudyInstanceUID, data_set.SeriesInstanceUID = f"2.25.{study}", f"2.25.{study}1"
    data_set.PatientID, data_set.PatientName, data_set.StudyID = patient, f"Sample^{patient}", str(study)
    data_set.StudyDate = data_set.get("StudyDate") or "20200102"
    return as_bytes(data_set)


def studies():
    """Name, files, and how viewer.mjs opens and judges each."""
    folder = lambda name, pattern="*.dcm": sorted((DICOM / name).glob(pattern))
    read = lambda paths: [path.read_bytes() for path in paths]
    ecg = ecg_file()
    return [
        {"name": "ct", "files": [identified(path, 7001, "CT-1") for path in folder("ct-abdomen")], "viewports": 1},
        {"name": "mr-mpr", "files": read(folder("mr-brain-t1")), "query": "&hangingProtocolId=mpr", "viewports": 3},
        {"name": "us-multiframe", "files": [identified(DICOM / "us-multiframe/US-PAL-8-10x-echo.dcm", 7002, "US-1")],
         "viewports": 1, "colour": True},
        {"name": "cr-jpeg2000", "files": read([DICOM / "codecs/RG3_J2KI.dcm"]), "viewports": 1},
        {"name": "seg", "files": read([*folder("sr-seg/source-ct"), DICOM / "sr-seg/seg_image_ct_binary.dcm"]), "viewports": 1,
         "segmentation": True},
        {"name": "ecg", "files": read([ecg]) if ecg else [], "viewports": 1, "colour": True},
    ]


@unittest.skipUnless(DICOM.exists(), "skipped: no shared data")
class Viewer(WithServer):
    arguments = ("--demo",)

    def test_studies(self):
        self.assertTrue((ROOT / "tools/viewer/dist/index.html").exists(), "the viewer is not made ready: ./test does it")
        sender, plan = Client(self.server, "sender"), []
        for study in studies():
            files = study.pop("files")
            self.assertTrue(files, f"no files for {study['name']}")
            for start in range(0, len(files), STORED_AT_ONCE):
                body, kind = multipart(files[start:start + STORED_AT_ONCE])
                status, _, answer = sender.request("POST", "/dicom-web/studies", body,
                                                   {"Content-Type": kind, "Accept": "application/dicom+json"})
                self.assertEqual(status, 200, f"{study['name']}: {answer[:600]}")
            study["study"] = pydicom.dcmread(io.BytesIO(files[0]), stop_before_pixels=True).StudyInstanceUID
            plan.append(study)
        password = next(line.split(" / ")[1] for line in self.server.output.splitlines()
                        if line.startswith("demo sign-in: doctor"))
        output = pathlib.Path(os.environ.get("XL_OUTPUT", self.folder / "output")) / "viewer"
        output.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "XL_BASE_URL": self.server.base, "XL_OUTPUT": str(output), "XL_PASSWORD": password,
                       "XL_PLAN": json.dumps(plan)}
        result = subprocess.run(["node", "--test", ROOT / "tests/e2e/viewer.mjs"], env=environment)
        self.assertEqual(result.returncode, 0)


if __name__ == "__main__":
    main()
