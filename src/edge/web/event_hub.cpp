#include "edge/web/event_hub.h"

#include <algorithm>
#include <chrono>

#include "base/json.h"

namespace xinglin::web {
namespace {

struct KindOf {
  std::string_view prefix, kind;
};
constexpr KindOf kKinds[] = {
    {"inference.", "result"},
    {"record.task-", "result"},
    {"record.patient-", "patient"},
    {"record.encounter-", "patient"},
    {"identity.", "patient"},
    {"record.observation-", "observation"},
    {"record.diagnostic-report-", "observation"},
    {"archive.study-", "study"},
    {"archive.", "message"},
    {"intake.", "message"},
    {"journal.", "system"},
};

bool is_for(Audience audience, const PageEvent& event) {
  return audience == Audience::Clinical || event.kind == "message" || event.kind == "system";
}

std::string render(const PageEvent& event, Audience audience, int64_t resume_id) {
  json::object data;
  const bool clinical = audience == Audience::Clinical;
  data["type"] = event.type;
  data["id"] = clinical ? event.subject : std::string();
  data["patient"] = clinical && !event.patient.empty() ? json::value(event.patient) : json::value(nullptr);
  return "id: " + std::to_string(resume_id) + "\nevent: " + event.kind + "\ndata: " + json::serialize(data) +
         "\n\n";
}

}  // namespace

std::optional<PageEvent> to_page_event(const journal::Event& event) {
  for (const KindOf& known : kKinds)
    if (event.type.starts_with(known.prefix))
      return PageEvent{event.id, std::string(known.kind), event.type, event.subject, event.patient};
  return std::nullopt;
}

EventHub::EventHub(journal::Journal& journal, const Clock& clock, Options options)
    : journal_(journal), clock_(clock), options_(options) {}

void EventHub::push(const journal::Event& event) {
  std::optional<PageEvent> page_event = to_page_event(event);
  {
    const std::lock_guard lock(mutex_);
    if (!covered_from_) covered_from_ = event.id - 1;
    newest_ = std::max(newest_, event.id);
    if (!page_event) return;
    ring_.push_back(std::move(*page_event));
    if (ring_.size() > options_.ring_length) {
      covered_from_ = ring_.front().id;
      ring_.pop_front();
    }
  }
  wake_.notify_all();
}

void EventHub::close_all() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_all();
}

void EventHub::close(const std::string& key) {
  {
    const std::lock_guard lock(mutex_);
    const auto [first, last] = streams_.equal_range(key);
    for (auto it = first; it != last; ++it)
      if (const std::shared_ptr<bool> ended = it->second.lock()) *ended = true;
  }
  wake_.notify_all();
}

std::unique_ptr<EventHub::Stream> EventHub::open(Audience audience, const std::string& key, Instant ends_at,
                                                 std::optional<int64_t> after) {
  auto ended = std::make_shared<bool>(false);
  auto stream = std::make_unique<Stream>(*this, audience, ends_at, ended);
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(streams_, [](const auto& entry) { return entry.second.expired(); });
    streams_.emplace(key, ended);
    stream->last_id_ = after ? *after : newest_;
    if (!after || (covered_from_ && *after >= *covered_from_)) return stream;
  }
  // Before the ring: what the journal kept. Outside the lock, so live events may come twice; folding hides
  // it.
  const Result<std::vector<journal::Event>> kept = journal_.events_after(*after, options_.catch_up_max + 1);
  if (!kept || static_cast<int64_t>(kept->size()) > options_.catch_up_max) {
    const std::lock_guard lock(mutex_);
    stream->missed_ = true;
    stream->last_id_ = std::max(newest_, kept && !kept->empty() ? kept->back().id : *after);
    return stream;
  }
  for (const journal::Event& event : *kept) {
    stream->last_id_ = event.id;
    if (std::optional<PageEvent> page_event = to_page_event(event)) stream->take(std::move(*page_event));
  }
  return stream;
}

EventHub::Drained EventHub::drain(const bool& ended, int64_t after, int wait_ms) {
  Drained out;
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::milliseconds(wait_ms),
                 [&] { return closed_ || ended || (!ring_.empty() && ring_.back().id > after); });
  out.ended = closed_ || ended;
  out.newest = std::max(after, newest_);
  // Only a stream that slept through a whole ring sees a gap. After a start the ring covers what is pushed
  // from then on.
  out.missed = covered_from_ && after < *covered_from_ && after > 0 && ring_.size() >= options_.ring_length;
  const auto first = std::upper_bound(ring_.begin(), ring_.end(), after,
                                      [](int64_t id, const PageEvent& event) { return id < event.id; });
  out.events.assign(first, ring_.end());
  return out;
}

void EventHub::Stream::take(PageEvent event) {
  if (!is_for(audience_, event)) return;
  const Key key{event.kind, audience_ == Audience::Clinical ? event.patient : std::string()};
  const auto found = pending_.find(key);
  if (found != pending_.end()) {
    found->second.event = std::move(event);
    return;
  }
  const auto sent = sent_us_.find(key);
  const int64_t due_us = sent == sent_us_.end() ? 0 : sent->second + hub_.options_.fold_us;
  const int64_t id = event.id;
  pending_.emplace(key, Waiting{std::move(event), id, due_us});
  if (pending_.size() > hub_.options_.pending_max) missed_ = true;
}

std::string EventHub::Stream::due() {
  const int64_t now_us = hub_.clock_.monotonic_us();
  std::erase_if(sent_us_, [&](const auto& entry) { return entry.second + hub_.options_.fold_us <= now_us; });
  std::vector<PageEvent> ready;
  int64_t resume_id = last_id_;
  for (auto it = pending_.begin(); it != pending_.end();) {
    if (it->second.due_us > now_us) {
      resume_id = std::min(resume_id, it->second.first_id - 1);
      ++it;
      continue;
    }
    sent_us_[it->first] = now_us;
    ready.push_back(std::move(it->second.event));
    it = pending_.erase(it);
  }
  std::sort(ready.begin(), ready.end(), [](const PageEvent& a, const PageEvent& b) { return a.id < b.id; });
  std::string out;
  for (const PageEvent& event : ready) out += render(event, audience_, resume_id);
  return out;
}

int EventHub::Stream::wait_until_due(int wait_ms) const {
  const int64_t now_us = hub_.clock_.monotonic_us();
  int64_t wait_us = int64_t{wait_ms} * kMillisecondUs;
  for (const auto& [key, waiting] : pending_)
    wait_us = std::min(wait_us, std::max<int64_t>(0, waiting.due_us - now_us));
  return static_cast<int>((wait_us + kMillisecondUs - 1) / kMillisecondUs);
}

std::optional<std::string> EventHub::Stream::next(int wait_ms) {
  if (hub_.clock_.now() >= ends_at_) return std::nullopt;
  Drained drained = hub_.drain(*ended_, last_id_, missed_ ? 0 : wait_until_due(wait_ms));
  if (drained.ended) return std::nullopt;
  if (drained.missed) missed_ = true;
  for (PageEvent& event : drained.events) take(std::move(event));
  last_id_ = std::max(last_id_, drained.newest);
  if (missed_) {
    missed_ = false;
    pending_.clear();
    return render({last_id_, "system", "reset", "", ""}, audience_, last_id_);
  }
  return due();
}

}  // namespace xinglin::web
