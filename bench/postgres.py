"""A PostgreSQL server of our own for Orthanc's index: a new cluster in a folder, reached by a Unix socket only, ended with the run.
Its settings are Debian's defaults, fsync included. Needs the Debian packages postgresql and orthanc-postgresql, and root."""
import shutil
import subprocess
from pathlib import Path

PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancPostgreSQLIndex.so")


def programs():
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders and PLUGIN.exists() and shutil.which("runuser") else None


class Postgres:
    def __init__(self, folder):
        self.folder = Path(folder).resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        shutil.chown(self.folder, "postgres", "postgres")
        self.run("initdb", "--auth=trust", "--username=orthanc", "--encoding=UTF8", "--pgdata", self.folder / "cluster")
        self.run("pg_ctl", "start", "--wait", "--pgdata", self.folder / "cluster", "--log", self.folder / "log",
                 "--options", f"-c listen_addresses='' -k {self.folder}")
        self.run("createdb", "--host", self.folder, "--username", "orthanc", "orthanc")

    def run(self, program, *arguments):
        subprocess.run(["runuser", "-u", "postgres", "--", programs() / program, *arguments], check=True, cwd="/",
                       stdout=subprocess.DEVNULL)

    def configuration(self):
        """For orthanc.json; its plugin is PLUGIN."""
        return {"PostgreSQL": {"EnableIndex": True, "EnableStorage": False, "EnableSsl": False, "Lock": False,
                               "ConnectionUri": f"postgresql://orthanc@/orthanc?host={self.folder}"}}

    def stop(self):
        self.run("pg_ctl", "stop", "--mode=fast", "--pgdata", self.folder / "cluster")
        shutil.rmtree(self.folder)
