// How many small write functions a second the store commits durably, and what a write function with eighty
// rows costs.
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "store/sql/store.h"

namespace xinglin {
namespace {

using Clock = std::chrono::steady_clock;

constexpr sql::Migration kSchema[] = {{"0001_bench", "d",
                                       "CREATE TABLE row (id INTEGER PRIMARY KEY, type TEXT NOT NULL, "
                                       "subject TEXT NOT NULL, body TEXT NOT NULL) STRICT;"
                                       "CREATE INDEX row_subject ON row (subject);"}};

double run(sql::Store& store, int threads, int each, int rows) {
  const auto start = Clock::now();
  std::vector<std::thread> pool;
  for (int t = 0; t < threads; ++t)
    pool.emplace_back([&, t] {
      const std::string body(300, 'b');
      for (int i = 0; i < each; ++i) {
        const auto r = store.write([&](sql::Tx& tx) -> Result<void> {
          for (int k = 0; k < rows; ++k)
            XL_CHECK(tx.run("INSERT INTO row (type, subject, body) VALUES (?1, ?2, ?3)", "observation",
                            std::to_string((t * 7919 + i * 31 + k) % 100'003), body));
          return {};
        });
        if (!r) fmt::print(stderr, "{}\n", r.error().message());
      }
    });
  for (auto& t : pool) t.join();
  return threads * each / std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace
}  // namespace xinglin

int main() {
  using namespace xinglin;
  const auto dir = std::filesystem::current_path() / "bench-store";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  sql::Store::Options options;
  options.migrations = kSchema;
  auto store = sql::Store::open((dir / "b.db").string(), options);
  if (!store) return 1;
  for (const int threads : {1, 8, 32})
    fmt::print("{:>3} threads, 1 row : {:>8.0f} writes/s\n", threads,
               run(**store, threads, 8000 / threads, 1));
  for (const int threads : {8, 32})
    fmt::print("{:>3} threads, 80 rows: {:>8.0f} writes/s\n", threads,
               run(**store, threads, 6400 / threads, 80));
  store->reset();
  std::filesystem::remove_all(dir);
}
