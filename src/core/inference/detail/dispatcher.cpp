#include "core/inference/detail/dispatcher.h"

#include <algorithm>
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

// How far back the shortest of its inputs looks: an older fact takes no part in the newest moment.
int64_t reach_us(const Manifest& manifest) {
  int64_t hours = 0;
  for (const ObservationInput& input : manifest.observations)
    hours = hours == 0 ? input.hours : std::min(hours, input.hours);
  return hours * kHourUs;
}

// What happened long before it was told is history: it waits for all that is happening now.
constexpr int64_t kHistoryUs = kHourUs;
constexpr int kHistoryPriority = -10;

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
    const bool per_patient = trigger.per != Trigger::Per::Subject && !event.patient.empty();
    journal::NewJob job;
    job.key = entry.manifest.version + " " + (per_patient ? "Patient/" + event.patient : event.subject);
    job.payload = {
        {"event", event.id}, {"subject", event.subject}, {"patient", event.patient}, {"at", event.at.us}};
    if (trigger.per == Trigger::Per::Moment)
      if (const auto at = parse_fhir_time(text(event.data, "effective"))) {
        job.key += " minute " + std::to_string(at->first.us / kMinuteUs);
        job.payload["moment"] = at->first.us;
        if (event.at - at->first > kHistoryUs) job.priority = kHistoryPriority;
      }
    job.delay_us = trigger.settle_us;
    job.priority += trigger.priority;
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
  const Attempt attempt = job.attempt >= kAttemptsMax ? Attempt::Last : Attempt::MayRetry;
  const std::string cause = "event " + std::to_string(wake.event);
  const int64_t moment = whole(job.payload, "moment");
  if (moment == 0 || Instant{moment} > clock_.now()) {
    XL_CHECK(run(access, entry, wake, cause, attempt));
    return {};
  }
  wake.moment = Instant{moment};
  return run_moment(access, entry, std::move(wake), cause, attempt);
}

// A result looks back at the one before it, so the moments of a patient are judged one after another. What is
// judged late may be missing in what was judged before, so the newest moment is looked at again.
Result<void> Dispatcher::run_moment(const trust::Access& access, const CatalogEntry& entry, Wake wake,
                                    const std::string& cause, Attempt attempt) {
  const Turns::Turn turn = turns_.take(entry.manifest.id.str() + " " + wake.patient);
  XL_TRY(const std::optional<Instant> newest, builder_.newest_later(access, entry, wake));
  wake.is_current = !newest;
  XL_CHECK(run(access, entry, wake, cause, attempt));
  if (!newest || *newest - *wake.moment > reach_us(entry.manifest)) return {};
  if (!wake.patient.empty()) wake.subject = "Patient/" + wake.patient;
  wake.moment = newest;
  wake.is_current = true;
  XL_CHECK(run(access, entry, wake, cause + " newest", attempt));
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
