// Fills the index of an archive with synthetic studies, by the very function intake writes its rows with:
// archive_fill_bench DATABASE STUDIES [SLICES]. Goes on from the number that is there. No image files, audit
// leaves, events or FHIR resources are made; every study counts as complete. Fast and without a log: a crash
// loses the file.
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "core/archive/bench/synthetic.h"

namespace xinglin::archive {
namespace {

constexpr int64_t kStudiesAtOnce = 100'000;

Result<int64_t> studies_there(sql::Store& store) {
  return store.read([](sql::Session& session) -> Result<int64_t> {
    auto row = session.query("SELECT studies FROM archive_figures");
    const int64_t out = row.next() ? row.integer(0) : 0;
    XL_CHECK(row.status());
    return out;
  });
}

Result<void> fill(const std::string& path, int64_t wanted, int slices) {
  XL_TRY(const auto store, sql::Store::open(path, {.cache_kib = 512 << 10, .throwaway = true}));
  XL_TRY(int64_t at, studies_there(*store));
  const SystemClock clock;
  const int64_t start = clock.monotonic_us(), first = at;
  synthetic::Headers headers;
  while (at < wanted) {
    const int64_t end = std::min(wanted, at + kStudiesAtOnce);
    const auto write = [&](sql::Tx& tx) -> Result<void> {
      for (int64_t i = at; i < end; ++i)
        for (const synthetic::Entry& entry : synthetic::study(i, slices, headers))
          XL_CHECK(insert_instance(tx, entry.index, entry.patient, entry.receipt));
      XL_CHECK(tx.run("UPDATE archive_study SET state = 1 WHERE state <> 1"));
      return {};
    };
    XL_CHECK(store->write(write));
    at = end;
    const double seconds = static_cast<double>(clock.monotonic_us() - start) / 1e6;
    std::cout << at << " studies, " << static_cast<double>(at - first) / seconds << " per second"
              << std::endl;
  }
  return {};
}

}  // namespace
}  // namespace xinglin::archive

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: archive_fill_bench DATABASE STUDIES [SLICES]\n";
    return 2;
  }
  const auto done = xinglin::archive::fill(argv[1], std::atoll(argv[2]), argc > 3 ? std::atoi(argv[3]) : 1);
  if (!done.ok()) std::cerr << done.error().message() << "\n";
  return done.ok() ? 0 : 1;
}
