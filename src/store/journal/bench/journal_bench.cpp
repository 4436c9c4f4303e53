// How many events a second become finished jobs when writers append as fast as they can.
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "store/journal/journal.h"

int main() {
  using namespace xinglin;
  const auto dir = std::filesystem::current_path() / "bench-journal";
  std::filesystem::remove_all(dir);
  std::filesystem::create_directories(dir);
  auto store = sql::Store::open((dir / "b.db").string());
  if (!store) return 1;
  SystemClock clock;
  Metrics metrics;
  journal::Journal journal(**store, clock, metrics);
  std::atomic<int> done{0};
  journal.add_queue("q", {.workers = 2}, [&](const journal::Job&) -> Result<void> {
    ++done;
    return {};
  });
  journal.add_route("r", "q", [](const journal::Event& e) -> std::vector<journal::NewJob> {
    return {{.key = e.subject, .payload = e.data}};
  });
  journal.start();
  constexpr int kWriters = 8, kEach = 2500;
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w)
    writers.emplace_back([&, w] {
      for (int i = 0; i < kEach; ++i)
        (void)(*store)->write([&](sql::Tx& tx) -> Result<void> {
          XL_CHECK(journal.append(
              tx, {.type = "t", .subject = std::to_string(w * kEach + i), .data = {{"v", i}}}));
          return {};
        });
    });
  for (auto& w : writers) w.join();
  const double appended = seconds();
  if (!journal.wait_idle(120'000)) return 1;
  fmt::print("{} events appended in {:.2f} s ({:.0f}/s), all {} jobs done after {:.2f} s ({:.0f}/s)\n",
             kWriters * kEach, appended, kWriters * kEach / appended, done.load(), seconds(),
             done / seconds());
  journal.stop();
  store->reset();
  std::filesystem::remove_all(dir);
}
