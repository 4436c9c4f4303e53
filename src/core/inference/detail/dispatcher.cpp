#include "core/inference/detail/dispatcher.h"

#include <utility>

#include "base/log.h"
#include "core/inference/detail/derived_ids.h"

namespace xinglin::inference::detail {
namespace {

constexpr int kAttemptsMax = 5;

std::string text(const json::object& o, std::string_view key) {
  return std::string(json::find_string(o, key).value_or(""));
}

int64_t whole(const json::object& o, std::string_view key) {
  const json::value* v = json::find(o, key);
  return v && v->is_int64() ? v->get_int64() : 0;
}

// May pass by itself. What the application or its input is to blame for does not.
bool is_passing(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::Busy:
    case ErrorKind::Io:
    case ErrorKind::Cancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

Dispatcher::Dispatcher(const Catalog& catalog, const CaseBuilder& builder, RunPool& pool,
                       const Publisher& publisher, sql::Store& store, const Clock& clock, Metrics& metrics)
    : catalog_(catalog),
      builder_(builder),
      pool_(pool),
      publisher_(publisher),
      store_(store),
      clock_(clock),
      metrics_(metrics) {}

void Dispatcher::attach(journal::Journal& journal) {
  for (const CatalogEntry& entry : catalog_.entries()) {
    const std::string name = "inference/" + entry.manifest.id.str();
    journal::QueueOptions options;
    options.workers = static_cast<size_t>(entry.manifest.concurrency);
    options.attempts_max = kAttemptsMax;
    options.timeout_us = 2 * entry.manifest.time_limit_us + 30 * kSecondUs;
    journal.add_queue(name, options, [this, &entry](const journal::Job& job) { return handle(entry, job); });
    journal.add_route(name, name,
                      [this, &entry](const journal::Event& event) { return route(entry, event); });
  }
}

std::vector<journal::NewJob> Dispatcher::route(const CatalogEntry& entry, const journal::Event& event) const {
  for (const Trigger& trigger : entry.manifest.triggers) {
    if (trigger.event != event.type || (trigger.where && !trigger.where->matches(event.data))) continue;
    const bool per_patient = trigger.per == Trigger::Per::Patient && !event.patient.empty();
    journal::NewJob job;
    job.key = entry.manifest.version + " " + (per_patient ? "Patient/" + event.patient : event.subject);
    job.payload = {
        {"event", event.id}, {"subject", event.subject}, {"patient", event.patient}, {"at", event.at.us}};
    job.delay_us = trigger.settle_us;
    job.priority = trigger.priority;
    return {std::move(job)};
  }
  return {};
}

Result<void> Dispatcher::handle(const CatalogEntry& entry, const journal::Job& job) {
  Wake wake;
  wake.subject = text(job.payload, "subject");
  wake.patient = text(job.payload, "patient");
  wake.at = {whole(job.payload, "at")};
  wake.event = whole(job.payload, "event");
  const trust::Access access =
      trust::Access::system("inference").with_request("job " + std::to_string(job.id));
  XL_CHECK(run(access, entry, wake, "event " + std::to_string(wake.event),
               job.attempt >= kAttemptsMax ? Attempt::Last : Attempt::MayRetry));
  return {};
}

Result<InferenceId> Dispatcher::run(const trust::Access& access, const CatalogEntry& entry, const Wake& wake,
                                    const std::string& cause, Attempt attempt) {
  Row row;
  row.id = derive_inference_id(entry.manifest.id.str(), entry.manifest.version, cause, wake.subject);
  const Result<bool> known =
      store_.read([&](sql::Session& session) -> Result<bool> { return row_exists(session, row.id); });
  XL_CHECK(known);
  if (*known) return row.id;
  row.application = entry.manifest.id.str();
  row.version = entry.manifest.version;
  row.patient = wake.patient;
  row.subject = wake.subject;
  row.event = wake.event;
  row.effective = wake.at;
  row.created = clock_.now();
  row.manifest_digest = entry.manifest_digest;
  row.model_digest = entry.model_digest;

  const Result<void> ended = run_once(access, entry, wake, row);
  if (ended.ok()) {
    count(entry, row.findings.publish ? State::Published : State::Unchanged);
    return row.id;
  }
  const Error& error = ended.error();
  if (error.is(errors::kCancelled) || (is_passing(error) && attempt == Attempt::MayRetry)) return error;
  row.state = error.is(errors::kTimeout) ? State::Timeout : State::Failed;
  row.reason = std::string(error.code().name) + ": " + error.message();
  row.findings = {};
  row.references = {};
  log::warning("inference.failed", {{"application", row.application}, {"code", error.code().name}});
  XL_CHECK(publisher_.record_end(access, row));
  count(entry, row.state);
  return row.id;
}

Result<void> Dispatcher::run_once(const trust::Access& access, const CatalogEntry& entry, const Wake& wake,
                                  Row& row) {
  const int64_t started = clock_.monotonic_us();
  XL_TRY(const Assembled assembled, builder_.build(access, entry, wake));
  row.patient = assembled.input.patient;
  row.effective = assembled.input.now;
  row.inputs = assembled.input.inputs;
  row.input_digest = assembled.input_digest;
  Result<Findings> findings = pool_.run(entry, assembled.input);
  row.duration_us = clock_.monotonic_us() - started;
  if (!findings.ok()) return findings.error();
  row.findings = std::move(*findings);
  return publisher_.publish(access, entry, assembled, row);
}

void Dispatcher::count(const CatalogEntry& entry, State state) {
  metrics_
      .counter(
          "xinglin_inference_runs_total", "Runs of applications by how they ended",
          "application=\"" + entry.manifest.id.str() + "\",state=\"" + std::string(to_string(state)) + "\"")
      .add();
}

}  // namespace xinglin::inference::detail
