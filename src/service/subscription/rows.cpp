#include "base/json_text.h"
#include "core/trust/delegation.h"
#include "service/subscription/detail/impl.h"

namespace xinglin::subscription {
namespace {

std::optional<Instant> time_at(const sql::Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return query.instant(column);
}

// Status and error as the server sets them in the resource (R4 3.1.13.1).
Result<void> show_state(record::Record& record, sql::Tx& tx, const std::string& id, std::string_view state,
                        const std::string& error) {
  XL_TRY(const auto current, record.current(tx, "Subscription", id));
  if (!current || current->deleted) return {};
  XL_TRY(json::object resource, current->parsed());
  if (json::find_string(resource, "status") == state &&
      json::find_string(resource, "error").value_or("") == error)
    return {};
  resource["status"] = state;
  if (error.empty())
    resource.erase("error");
  else
    resource["error"] = error;
  IssueSink issues;
  XL_CHECK(record.update(tx, trust::Access::system(kSelf), std::move(resource), issues));
  return {};
}

}  // namespace

Result<Row> Subscriptions::Impl::row(sql::Session& session, const std::string& id) {
  sql::Query q = session.query(
      "SELECT definition, state, who, owner, error, failures, failing_since, retry_at, sent_at, next_number, "
      "delivered FROM subscription WHERE id = ?1",
      id);
  if (!q.next()) {
    XL_CHECK(q.status());
    return Error(kNone);
  }
  XL_TRY(const json::value definition, json::parse(q.text(0)));
  if (!definition.is_object()) return Error(errors::kCorrupt, "a subscription cannot be read back");
  return Row{.definition = detail::definition_from(definition.get_object()),
             .state = std::string(q.text(1)),
             .who = std::string(q.text(2)),
             .owner = std::string(q.text(3)),
             .error = std::string(q.text(4)),
             .failures = q.integer(5),
             .failing_since = time_at(q, 6),
             .retry_at = time_at(q, 7),
             .sent_at = time_at(q, 8),
             .next_number = q.integer(9),
             .delivered = q.integer(10)};
}

Result<trust::Access> Subscriptions::Impl::owner_of(sql::Session& session, const Row& row) {
  XL_TRY(const json::value kept, json::parse(row.owner));
  if (!kept.is_object()) return Error(errors::kCorrupt, "the owner of a subscription was not kept");
  return trust::Delegation::recall(session, rooms.clock.now(), kept.get_object());
}

Result<std::vector<Event>> Subscriptions::Impl::events_between(sql::Session& session, const std::string& id,
                                                               int64_t first, int64_t last, int64_t limit) {
  std::vector<Event> out;
  sql::Query q = session.query(
      "SELECT number, type, resource, action, version, at FROM subscription_event WHERE subscription = ?1 "
      "AND "
      "number IS NOT NULL AND number >= ?2 AND number <= ?3 ORDER BY number LIMIT ?4",
      id, first, last, limit);
  while (q.next())
    out.push_back({q.integer(0), std::string(q.text(1)), std::string(q.text(2)), std::string(q.text(3)),
                   q.integer(4), q.instant(5)});
  XL_CHECK(q.status());
  return out;
}

Result<void> Subscriptions::Impl::queue(sql::Tx& tx, const std::string& id, int64_t delay_us) {
  return rooms.journal.enqueue(tx, kQueue,
                               {.key = id, .payload = {{"subscription", id}}, .delay_us = delay_us});
}

Result<void> Subscriptions::Impl::set_state(const Row& row, std::string_view state,
                                            const std::string& error) {
  const std::string& id = row.definition.id;
  return rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    // While it was being delivered its owner may have switched it off or pointed it elsewhere: that stands.
    XL_TRY(const Row now, this->row(tx, id));
    if (now.state != row.state || now.definition.endpoint != row.definition.endpoint) return {};
    XL_CHECK(tx.run("UPDATE subscription SET state = ?2, error = ?3 WHERE id = ?1", id, state, error));
    XL_CHECK(show_state(rooms.record, tx, id, state, error));
    XL_CHECK(load(tx));
    return {};
  });
}

}  // namespace xinglin::subscription
