// The parts of Subscriptions: what every file of the room needs to see.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

#include "service/subscription/detail/definition.h"
#include "service/subscription/subscription.h"

namespace xinglin::subscription {

inline constexpr std::string_view kQueue = "subscription";
inline constexpr std::string_view kSelf = "subscription";  // component of our own Access

struct Event {
  int64_t number = 0;
  std::string type, resource, action;
  int64_t version = 0;
  Instant at;
};

struct Row {
  detail::Definition definition;
  std::string state, who, owner, error;
  int64_t failures = 0;
  std::optional<Instant> failing_since, retry_at, sent_at;
  int64_t next_number = 1, delivered = 0;
};

struct Subscriptions::Impl {
  Impl(const Rooms& r, Options o) : rooms(r), options(std::move(o)) {}

  // rows.cpp
  Result<Row> row(sql::Session& session, const std::string& id);
  Result<trust::Access> owner_of(sql::Session& session, const Row& row);
  Result<std::vector<Event>> events_between(sql::Session& session, const std::string& id, int64_t first,
                                            int64_t last, int64_t limit);
  Result<void> queue(sql::Tx& tx, const std::string& id, int64_t delay_us = 0);
  // The state of a row and of its resource, in one transaction.
  Result<void> set_state(const Row& row, std::string_view state, const std::string& error);

  // matching.cpp
  Result<void> accept(sql::Tx& tx, const trust::Access& access, const record::Resource& written);
  Result<void> match(sql::Tx& tx, trust::Action action, const record::Resource& written);
  Result<bool> fires(sql::Tx& tx, const detail::Definition& definition, std::string_view action,
                     const record::Resource& written);
  Result<void> load(sql::Session& session);

  // delivery.cpp
  Result<void> run(const journal::Job& job);
  Result<void> deliver(const std::string& id);
  Result<void> heartbeat(const std::string& id);
  Result<void> number_new(const Row& row, const trust::Access& owner);
  Result<void> post(const Row& row, const std::string& bundle);
  Result<void> failed(const Row& row, const Error& error);

  // notification.cpp
  enum class Kind { Handshake, Heartbeat, Notification, QueryStatus, QueryEvent };
  json::object status_parameters(const Row& row, Kind kind, const std::vector<Event>& events,
                                 detail::Content content) const;
  // A history Bundle; the resources as `owner` may see them now.
  Result<std::string> bundle(sql::Session& session, const trust::Access& owner, const Row& row, Kind kind,
                             const std::vector<Event>& events, detail::Content content);

  using Active = std::unordered_map<std::string, std::vector<std::shared_ptr<const detail::Definition>>>;
  std::shared_ptr<const Active> active() {
    const std::lock_guard lock(mutex);
    return active_;
  }
  void tell_live();

  const Rooms rooms;
  const Options options;
  std::mutex mutex;  // guards what follows
  std::condition_variable wake;
  uint64_t changes = 0;  // counts up when there may be something for open connections
  bool closed = false;
  // By type of resource; shared with writers that look at it while it is replaced.
  std::shared_ptr<const Active> active_ = std::make_shared<const Active>();
  struct Bound {
    std::vector<std::string> ids;
    Instant expires_at;
  };
  std::map<std::string, Bound> tokens;  // in memory: a restart closes the connections they are for
};

}  // namespace xinglin::subscription
