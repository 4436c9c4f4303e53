// The intake path alone, as it runs in the product: receiver, archive, blob store, SQL store, audit log and
// journal, all durable. dimse_server_bench FOLDER; prints "listening dimse=127.0.0.1:PORT", stops on SIGTERM.
#include <csignal>
#include <filesystem>
#include <iostream>

#include "core/archive/archive.h"
#include "edge/dimse/scp.h"

namespace xinglin {
namespace {

int serve(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder / "keys");
  const SystemClock clock;
  Metrics metrics;
  auto store = sql::Store::open((folder / "db").string());
  auto blobs = blob::BlobStore::open((folder / "blobs").string());
  if (!store.ok() || !blobs.ok()) return 1;
  auto audit = trust::AuditLog::open(**store, clock, (folder / "keys").string());
  if (!audit.ok()) return 1;
  journal::Journal journal(**store, clock, metrics);
  archive::Archive archive(
      **store, **blobs, clock, **audit, journal,
      [](sql::Tx&, const trust::Access&, const archive::PatientAttributes& patient) -> Result<PatientId> {
        return PatientId(patient.id);
      },
      {});
  dimse::Scp::Options options;
  options.endpoint = {"127.0.0.1", 0};
  options.spool_directory = folder.string();
  auto scp = dimse::Scp::start(
      options,
      [&](const trust::Access& access, const archive::Incoming& in) { return archive.store(access, in); },
      clock, metrics,
      [&](const auto& sop_class, const auto& sop_instance, const auto& syntax) {
        return archive.stage(sop_class, sop_instance, syntax);
      });
  if (!scp.ok()) return 1;
  journal.start();
  std::cout << "listening dimse=" << (*scp)->endpoint().str() << std::endl;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int received = 0;
  sigwait(&signals, &received);
  (*scp)->stop(5000);
  journal.stop();
  const auto figures = archive.figures();
  std::cout << "instances=" << (figures.ok() ? figures->instances : -1) << '\n';
  return 0;
}

}  // namespace
}  // namespace xinglin

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " FOLDER\n";
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return xinglin::serve(argv[1]);
}
