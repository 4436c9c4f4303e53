// What a leaf costs: a thousand in one write, and recorded without waiting; then the time of verify().
#include <fmt/core.h>

#include <chrono>
#include <filesystem>

#include "core/trust/audit_log.h"

int main() {
  using namespace xinglin;
  const auto dir = std::filesystem::current_path() / "bench-audit";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  auto store = sql::Store::open((dir / "b.db").string());
  SystemClock clock;
  auto audit = trust::AuditLog::open(**store, clock, dir.string());
  if (!audit) return 1;
  const auto timed = [](auto&& what) {
    const auto start = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  const auto access = trust::Access::sender("mllp", "ADT@10.0.0.1");
  const trust::AuditEntry entry{
      .action = trust::Action::Create, .object = "Observation/4f8a-0000", .patient = "4f8a", .detail = {}};
  constexpr int kLeaves = 200'000;
  const double appended = timed([&] {
    for (int w = 0; w < kLeaves / 1000; ++w)
      (void)(*store)->write([&](sql::Tx& tx) -> Result<void> {
        for (int i = 0; i < 1000; ++i) XL_CHECK((*audit)->append(tx, access, entry));
        return {};
      });
  });
  const double recorded = timed([&] {
    for (int i = 0; i < kLeaves; ++i) (*audit)->record(access, entry);
    (void)(*audit)->flush();
  });
  const double verified = timed([&] { (void)(*audit)->verify(); });
  fmt::print("append {:.0f} leaves/s, record {:.0f} leaves/s, verify {:.0f} leaves/s\n", kLeaves / appended,
             kLeaves / recorded, 2 * kLeaves / verified);
  audit->reset();
  store->reset();
  std::filesystem::remove_all(dir);
}
