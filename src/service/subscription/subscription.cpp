#include "service/subscription/subscription.h"

#include <algorithm>

#include "codec/fhir/build.h"
#include "codec/fhir/outcome.h"
#include "service/subscription/detail/impl.h"

namespace xinglin::subscription {
namespace {

constexpr size_t kTokensMax = 10'000, kIdsMax = 50;
constexpr int64_t kEventsMax = 1000;
constexpr int64_t kLiveAtOnce = 50;

}  // namespace

Subscriptions::Subscriptions(const Rooms& rooms, Options options)
    : impl_(std::make_unique<Impl>(rooms, std::move(options))) {}
Subscriptions::~Subscriptions() = default;

void Subscriptions::register_jobs() {
  // The queue's own attempts are for trouble of the house; those of the other side are counted in the row.
  impl_->rooms.journal.add_queue(std::string(kQueue),
                                 {.workers = 4, .attempts_max = 20, .timeout_us = 2 * kMinuteUs},
                                 [impl = impl_.get()](const journal::Job& job) { return impl->run(job); });
}

Result<void> Subscriptions::load() {
  return impl_->rooms.store.read([&](sql::Session& session) { return impl_->load(session); });
}

Result<json::object> Subscriptions::status(const trust::Access& access, const std::vector<std::string>& ids) {
  Impl& impl = *impl_;
  if (ids.size() > kIdsMax) return Error(errors::kTooLarge, "the status of at most 50 subscriptions at once");
  return impl.rooms.store.read([&](sql::Session& session) -> Result<json::object> {
    json::object out = fhir::bundle("searchset", impl.rooms.clock.now());
    json::array entries;
    for (const std::string& id : ids) {
      XL_CHECK(impl.rooms.record.read(session, access, "Subscription", id));
      XL_TRY(const Row row, impl.row(session, id));
      entries.push_back(json::object{
          {"fullUrl", impl.options.base_url + "/Subscription/" + id + "/$status"},
          {"resource", impl.status_parameters(row, Impl::Kind::QueryStatus, {}, row.definition.content)},
          {"search", json::object{{"mode", "match"}}}});
    }
    out["total"] = static_cast<int64_t>(entries.size());
    if (!entries.empty()) out["entry"] = std::move(entries);
    return out;
  });
}

Result<std::string> Subscriptions::events(const trust::Access& access, const std::string& id,
                                          const EventsRequest& request) {
  Impl& impl = *impl_;
  return impl.rooms.store.read([&](sql::Session& session) -> Result<std::string> {
    XL_TRY(const Row row, impl.row(session, id));
    if (row.who != access.who()) return Error(kNotYours);
    detail::Content content = row.definition.content;
    if (!request.content.empty()) {
      const auto parsed = detail::parse_content(request.content);
      if (!parsed) return Error(errors::kInvalid, "content is one of empty, id-only, full-resource");
      // Never more than was agreed on.
      content = std::min(content, *parsed);
    }
    XL_TRY(const std::vector<Event> events,
           impl.events_between(session, id, request.since, request.until, kEventsMax));
    return impl.bundle(session, access, row, Impl::Kind::QueryEvent, events, content);
  });
}

Result<Subscriptions::Binding> Subscriptions::bind(const trust::Access& access,
                                                   const std::vector<std::string>& ids) {
  Impl& impl = *impl_;
  if (ids.empty() || ids.size() > kIdsMax) return Error(errors::kInvalid, "name 1 to 50 subscriptions");
  const Result<void> done = impl.rooms.store.read([&](sql::Session& session) -> Result<void> {
    for (const std::string& id : ids) {
      XL_TRY(const Row row, impl.row(session, id));
      if (row.who != access.who()) return Error(kNotYours);
      if (row.definition.channel != detail::Channel::WebSocket)
        return Error(errors::kInvalid, "Subscription/" + id + " has another channel than websocket");
    }
    return {};
  });
  if (!done) return done.error();
  const Instant now = impl.rooms.clock.now();
  const std::lock_guard lock(impl.mutex);
  std::erase_if(impl.tokens, [&](const auto& one) { return one.second.expires_at <= now; });
  if (impl.tokens.size() >= kTokensMax) return Error(errors::kBusy);
  Binding out{new_token(impl.rooms.random, 32), now + impl.options.binding_us};
  impl.tokens[out.token] = {ids, out.expires_at};
  return out;
}

void Subscriptions::Impl::tell_live() {
  const std::lock_guard lock(mutex);
  ++changes;
  wake.notify_all();
}

void Subscriptions::close_all() {
  const std::lock_guard lock(impl_->mutex);
  impl_->closed = true;
  impl_->wake.notify_all();
}

namespace {

class Listening final : public Subscriptions::Live {
public:
  struct Place {
    std::string id;
    int64_t after = 0;
    bool greeted = false;
  };
  Listening(Subscriptions::Impl& impl, std::vector<Place> places) : impl_(impl), places_(std::move(places)) {}

  Result<std::optional<Message>> next(int wait_ms) override {
    XL_TRY(std::optional<Message> message, look());
    if (message) return message;
    {
      std::unique_lock lock(impl_.mutex);
      impl_.wake.wait_for(lock, std::chrono::milliseconds(wait_ms),
                          [&] { return impl_.closed || impl_.changes != seen_; });
      if (impl_.closed) return Error(errors::kCancelled, "the server is stopping");
      if (impl_.changes == seen_) return std::optional<Message>();
      seen_ = impl_.changes;
    }
    return look();
  }

private:
  Result<std::optional<Message>> look() {
    for (Place& place : places_) {
      XL_TRY(std::optional<Message> message, look_at(place));
      if (message) return message;
    }
    return std::optional<Message>();
  }

  Result<std::optional<Message>> look_at(Place& place) {
    using Kind = Subscriptions::Impl::Kind;
    return impl_.rooms.store.read([&](sql::Session& session) -> Result<std::optional<Message>> {
      XL_TRY(Row row, impl_.row(session, place.id));
      if (row.state == "off") return Error(kNone, "the subscription has been switched off");
      XL_TRY(const trust::Access owner, impl_.owner_of(session, row));
      if (!place.greeted) {
        place.greeted = true;
        if (place.after < 0) place.after = row.next_number - 1;
        row.state = "active";
        XL_TRY(std::string text,
               impl_.bundle(session, owner, row, Kind::Handshake, {}, row.definition.content));
        return std::optional(Message{std::move(text), 0});
      }
      XL_TRY(const std::vector<Event> events,
             impl_.events_between(session, place.id, place.after + 1, INT64_MAX,
                                  std::min(kLiveAtOnce, row.definition.max_count)));
      if (events.empty()) return std::optional<Message>();
      XL_TRY(std::string text,
             impl_.bundle(session, owner, row, Kind::Notification, events, row.definition.content));
      place.after = events.back().number;
      return std::optional(Message{std::move(text), place.after});
    });
  }

  Subscriptions::Impl& impl_;
  std::vector<Place> places_;
  uint64_t seen_ = 0;
};

}  // namespace

Result<std::unique_ptr<Subscriptions::Live>> Subscriptions::redeem(const std::string& token) {
  std::vector<Listening::Place> places;
  {
    const std::lock_guard lock(impl_->mutex);
    const auto found = impl_->tokens.find(token);
    if (found == impl_->tokens.end() || found->second.expires_at <= impl_->rooms.clock.now())
      return Error(kBadToken);
    for (const std::string& id : found->second.ids) places.push_back({id, -1, false});
    impl_->tokens.erase(found);  // good for one connection
  }
  std::unique_ptr<Live> out = std::make_unique<Listening>(*impl_, std::move(places));
  return out;
}

Result<std::unique_ptr<Subscriptions::Live>> Subscriptions::open(const trust::Access& access,
                                                                 const std::string& id, int64_t after) {
  const Result<void> done2 = impl_->rooms.store.read([&](sql::Session& session) -> Result<void> {
    XL_TRY(const Row row, impl_->row(session, id));
    if (row.who != access.who()) return Error(kNotYours);
    if (row.definition.channel == detail::Channel::EventStream) return {};
    return Error(errors::kInvalid, "this subscription has another channel than server-sent-events");
  });
  if (!done2) return done2.error();
  std::unique_ptr<Live> out =
      std::make_unique<Listening>(*impl_, std::vector<Listening::Place>{{id, after, false}});
  return out;
}

}  // namespace xinglin::subscription
