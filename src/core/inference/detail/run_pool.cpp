#include "core/inference/detail/run_pool.h"

#include <chrono>
#include <exception>
#include <thread>
#include <utility>

namespace xinglin::inference::detail {
namespace {

constexpr auto us(int64_t n) {
  return std::chrono::microseconds(n);
}

Result<Findings> run_guarded(const Application& application, const Case& input, RunContext& context) {
  try {
    return application.run(input, context);
  } catch (const std::exception& e) {
    return Error(errors::kInternal, std::string("the application threw: ") + e.what());
  } catch (...) {
    return Error(errors::kInternal, "the application threw something that is no exception");
  }
}

}  // namespace

struct RunPool::Shared {
  struct Places {
    int64_t taken = 0, waiting = 0;
  };
  std::mutex mutex;  // guards the rest
  std::condition_variable changed;
  std::map<std::string, Places> places;
  std::set<Run*> running;
  bool stopping = false;
};

// Carries its own clock: an abandoned run may outlive everything else.
struct RunPool::Run {
  Run(Case c, int64_t limit_us) : input(std::move(c)), context(clock, clock.monotonic_us() + limit_us) {}
  Case input;
  SystemClock clock;
  RunContext context;
  std::optional<Result<Findings>> answer;  // guarded by Shared::mutex
};

RunPool::RunPool() : shared_(std::make_shared<Shared>()) {}

RunPool::~RunPool() {
  stop(0);
}

Result<void> RunPool::take_place(const CatalogEntry& entry) {
  const Manifest& m = entry.manifest;
  std::unique_lock lock(shared_->mutex);
  Shared::Places& places = shared_->places[m.id.str()];
  const auto free = [&] { return shared_->stopping || places.taken < m.concurrency; };
  if (!free()) {
    if (places.waiting >= m.queue_length)
      return Error(errors::kBusy, "too many runs of this application are waiting");
    ++places.waiting;
    const bool got = shared_->changed.wait_for(lock, us(m.time_limit_us), free);
    --places.waiting;
    if (!got) return Error(errors::kBusy, "every place of this application is taken");
  }
  if (shared_->stopping) return Error(errors::kCancelled);
  ++places.taken;
  return {};
}

Result<Findings> RunPool::run(const CatalogEntry& entry, Case input) {
  XL_CHECK(take_place(entry));
  const auto run = std::make_shared<Run>(std::move(input), entry.manifest.time_limit_us);
  {
    std::lock_guard lock(shared_->mutex);
    shared_->running.insert(run.get());
    if (shared_->stopping) run->context.cancel();
  }
  std::thread([run, shared = shared_, application = entry.application, name = entry.manifest.id.str()] {
    Result<Findings> answer = run_guarded(*application, run->input, run->context);
    std::lock_guard lock(shared->mutex);
    run->answer = std::move(answer);
    shared->running.erase(run.get());
    --shared->places[name].taken;
    shared->changed.notify_all();
  }).detach();

  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait_for(lock, us(entry.manifest.time_limit_us),
                            [&] { return run->answer.has_value() || shared_->stopping; });
  const bool gave_up = run->answer && !run->answer->ok() && run->answer->error().is(errors::kCancelled);
  if (run->answer && !gave_up) return std::move(*run->answer);
  run->context.cancel();
  if (shared_->stopping) return Error(errors::kCancelled);
  return Error(errors::kTimeout, "the run went over its limit of " +
                                     std::to_string(entry.manifest.time_limit_us / kMillisecondUs) + " ms");
}

void RunPool::stop(int64_t grace_us) {
  std::unique_lock lock(shared_->mutex);
  shared_->stopping = true;
  for (Run* run : shared_->running) run->context.cancel();
  shared_->changed.notify_all();
  shared_->changed.wait_for(lock, us(grace_us), [&] { return shared_->running.empty(); });
}

}  // namespace xinglin::inference::detail
