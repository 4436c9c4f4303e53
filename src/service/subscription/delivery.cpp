// The jobs that tell: handshake, numbered events in order, heartbeats, pauses that grow while nobody takes
// them.
#include <algorithm>

#include "base/log.h"
#include "service/subscription/detail/impl.h"

namespace xinglin::subscription {
namespace {

using detail::Channel;

constexpr int64_t kNumberedAtOnce = 500;

std::string short_text(std::string text) {
  if (text.size() > 300) text.resize(300);
  return text;
}

}  // namespace

Result<void> Subscriptions::Impl::run(const journal::Job& job) {
  const std::string id(json::find_string(job.payload, "subscription").value_or(""));
  const bool beat = json::find_bool(job.payload, "beat").value_or(false);
  const Result<void> done = beat ? heartbeat(id) : deliver(id);
  return !done && done.error().is(kNone) ? Result<void>() : done;  // it was deleted meanwhile
}

// Gives the next numbers to what its owner may see now; what they may not see never gets one.
Result<void> Subscriptions::Impl::number_new(const Row& row, const trust::Access& owner) {
  const std::string& id = row.definition.id;
  struct Hit {
    int64_t key;
    bool seen;
  };
  std::vector<Hit> hits;
  const Result<void> done = rooms.store.read([&](sql::Session& session) -> Result<void> {
    struct Found {
      int64_t key, version;
      std::string type, resource, action;
    };
    std::vector<Found> found;
    {
      sql::Query q = session.query(
          "SELECT key, version, type, resource, action FROM subscription_event WHERE subscription = ?1 AND "
          "number "
          "IS NULL ORDER BY key LIMIT ?2",
          id, kNumberedAtOnce);
      while (q.next())
        found.push_back({q.integer(0), q.integer(1), std::string(q.text(2)), std::string(q.text(3)),
                         std::string(q.text(4))});
      XL_CHECK(q.status());
    }
    for (const Found& one : found) {
      const int64_t version = one.action == "deleted" ? one.version - 1 : one.version;
      const auto seen = rooms.record.vread(session, owner, one.type, one.resource, version);
      if (!seen && seen.error().kind() != ErrorKind::NotFound && seen.error().kind() != ErrorKind::Denied &&
          seen.error().kind() != ErrorKind::Gone)
        return seen.error();
      hits.push_back({one.key, seen.ok()});
    }
    return {};
  });
  if (!done) return done.error();
  if (hits.empty()) return {};
  return rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_TRY(const Row now, this->row(tx, id));
    int64_t next = now.next_number;
    for (const Hit& hit : hits) {
      if (hit.seen)
        XL_CHECK(tx.run("UPDATE subscription_event SET number = ?2 WHERE key = ?1", hit.key, next++));
      else
        XL_CHECK(tx.run("DELETE FROM subscription_event WHERE key = ?1", hit.key));
    }
    XL_CHECK(tx.run("UPDATE subscription SET next_number = ?2 WHERE id = ?1", id, next));
    XL_CHECK(tx.run("DELETE FROM subscription_event WHERE subscription = ?1 AND number < ?2 AND at < ?3", id,
                    now.delivered, rooms.clock.now() + -options.events_kept_us));
    if (static_cast<int64_t>(hits.size()) == kNumberedAtOnce) XL_CHECK(queue(tx, id));
    return {};
  });
}

Result<void> Subscriptions::Impl::post(const Row& row, const std::string& bundle) {
  std::vector<std::pair<std::string, std::string>> headers = row.definition.headers;
  headers.emplace_back("Content-Type", "application/fhir+json");
  XL_TRY(const http::ClientResponse answer,
         rooms.outbound.send(http::Method::Post, row.definition.endpoint, bundle, headers));
  if (answer.status >= 200 && answer.status < 300) return {};
  return Error(kRejected, "the endpoint answered " + std::to_string(answer.status));
}

Result<void> Subscriptions::Impl::failed(const Row& row, const Error& error) {
  const std::string& id = row.definition.id;
  const Instant now = rooms.clock.now();
  const Instant since = row.failing_since.value_or(now);
  const int64_t failures = row.failures + 1;
  const int64_t pause =
      std::min(options.retry_max_us, options.retry_first_us << std::min<int64_t>(failures - 1, 20));
  const std::string why = short_text(error.message());
  log::warning("subscription.not-delivered", {{"subscription", id}, {"failures", failures}, {"why", why}});
  const Result<void> done2 = rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run(
        "UPDATE subscription SET failures = ?2, failing_since = ?3, retry_at = ?4, error = ?5 WHERE id "
        "= ?1",
        id, failures, since, now + pause, why));
    return queue(tx, id, pause);
  });
  if (!done2) return done2.error();
  if (now - since >= options.off_after_us) return set_state(row, "off", why);
  if (failures >= options.error_after && row.state != "error") return set_state(row, "error", why);
  return {};
}

Result<void> Subscriptions::Impl::deliver(const std::string& id) {
  XL_TRY(Row row, rooms.store.read([&](sql::Session& session) { return this->row(session, id); }));
  if (row.state == "off") return {};
  const Instant now = rooms.clock.now();
  if (row.definition.ends_at && now >= *row.definition.ends_at) return set_state(row, "off", "");
  const auto owner = rooms.store.read([&](sql::Session& session) { return owner_of(session, row); });
  if (!owner && owner.error().kind() == ErrorKind::Unauthenticated)
    return set_state(row, "off", "the right of who made this subscription has ended");
  if (!owner) return owner.error();
  XL_CHECK(number_new(row, *owner));
  if (row.retry_at && now < *row.retry_at)
    return rooms.store.write([&](sql::Tx& tx) { return queue(tx, id, *row.retry_at - now); });
  const bool live = row.definition.channel != Channel::RestHook;
  if (row.state == "requested") {
    if (!live) {
      row.state = "active";  // as the handshake says it
      XL_TRY(const std::string handshake, rooms.store.read([&](sql::Session& session) {
        return bundle(session, *owner, row, Kind::Handshake, {}, row.definition.content);
      }));
      row.state = "requested";
      if (const Result<void> sent = post(row, handshake); !sent) return failed(row, sent.error());
    }
    XL_CHECK(set_state(row, "active", ""));
    if (row.definition.heartbeat_s > 0)
      XL_CHECK(rooms.store.write([&](sql::Tx& tx) {
        return rooms.journal.enqueue(tx, kQueue,
                                     {.key = "beat " + id,
                                      .payload = {{"subscription", id}, {"beat", true}},
                                      .delay_us = row.definition.heartbeat_s * kSecondUs});
      }));
  }
  XL_TRY(row, rooms.store.read([&](sql::Session& session) { return this->row(session, id); }));
  if (live) {
    tell_live();
    return rooms.store.write([&](sql::Tx& tx) -> Result<void> {
      XL_CHECK(tx.run(
          "UPDATE subscription SET delivered = next_number - 1, failures = 0, retry_at = NULL WHERE id "
          "= ?1",
          id));
      return {};
    });
  }
  std::vector<Event> events;
  const auto text = rooms.store.read([&](sql::Session& session) -> Result<std::string> {
    XL_TRY(events, events_between(session, id, row.delivered + 1, INT64_MAX, row.definition.max_count));
    if (events.empty()) return std::string();
    Row shown = row;
    shown.state = "active";
    return bundle(session, *owner, shown, Kind::Notification, events, row.definition.content);
  });
  if (!text) return text.error();
  if (events.empty()) return {};
  if (const Result<void> sent = post(row, *text); !sent) return failed(row, sent.error());
  if (row.state == "error") XL_CHECK(set_state(row, "active", ""));
  return rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(
        tx.run("UPDATE subscription SET delivered = ?2, failures = 0, failing_since = NULL, retry_at = NULL, "
               "error = '', sent_at = ?3 WHERE id = ?1",
               id, events.back().number, rooms.clock.now()));
    return events.back().number + 1 < row.next_number ? queue(tx, id) : Result<void>();
  });
}

// Said when nothing else was for the time that was asked for.
Result<void> Subscriptions::Impl::heartbeat(const std::string& id) {
  XL_TRY(const Row row, rooms.store.read([&](sql::Session& session) { return this->row(session, id); }));
  if (row.state == "off" || row.definition.heartbeat_s <= 0) return {};
  const int64_t period = row.definition.heartbeat_s * kSecondUs;
  const Instant now = rooms.clock.now();
  const auto again = [&](int64_t delay) {
    return rooms.store.write([&](sql::Tx& tx) {
      return rooms.journal.enqueue(
          tx, kQueue,
          {.key = "beat " + id, .payload = {{"subscription", id}, {"beat", true}}, .delay_us = delay});
    });
  };
  if (row.sent_at && now - *row.sent_at < period) return again(*row.sent_at + period - now);
  if (row.definition.channel == Channel::RestHook && row.state == "active") {
    const auto text = rooms.store.read([&](sql::Session& session) -> Result<std::string> {
      XL_TRY(const trust::Access owner, owner_of(session, row));
      return bundle(session, owner, row, Kind::Heartbeat, {}, row.definition.content);
    });
    if (!text) return text.error();
    if (const Result<void> sent = post(row, *text); !sent) XL_CHECK(failed(row, sent.error()));
  }
  return again(period);
}

}  // namespace xinglin::subscription
