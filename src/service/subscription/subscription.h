// Subscriptions: whoever wants to know is told of changes of the record, at least once and in order, by a
// rest-hook, a WebSocket or server-sent events. A Subscription resource is accepted only when it will really
// fire. What it is to be told is noted in the transaction that makes it true (Subscriptions watches the
// record), numbered when the owner is found to be allowed to see it, and sent by jobs of the journal, with
// growing pauses while the other side does not take it; all of it survives a crash, and events can be asked
// for again by number. Built by main, which calls register_jobs() before the journal starts and load() before
// anything is written. Thread-safe. FHIR R5 Subscription Backport 1.1 for R4.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/outbound.h"
#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "service/subscription/errors.h"
#include "service/subscription/topics.h"
#include "store/journal/journal.h"

namespace xinglin::subscription {

struct EventsRequest {
  int64_t since = 1, until = INT64_MAX;  // numbers, both included
  std::string content;                   // empty, id-only, full-resource; "" as the subscription says
};

class Subscriptions final : public record::Watcher {
public:
  struct Rooms {
    sql::Store& store;
    const Clock& clock;
    Random& random;
    trust::AuditLog& audit;
    journal::Journal& journal;
    record::Record& record;
    const http::Outbound& outbound;
  };
  struct Options {
    int64_t retry_first_us = 2 * kSecondUs;  // doubles
    int64_t retry_max_us = 10 * kMinuteUs;
    int error_after = 5;                // failures in a row until the state is error
    int64_t off_after_us = 3 * kDayUs;  // of failures: then it is switched off
    int64_t events_kept_us = 7 * kDayUs;
    int64_t binding_us = 5 * kMinuteUs;              // how long a token for a WebSocket is good
    std::string base_url = "http://localhost/fhir";  // of addresses in notifications
  };
  Subscriptions(const Rooms& rooms, Options options);
  ~Subscriptions() override;

  void register_jobs();
  Result<void> load();

  Result<void> written(sql::Tx& tx, const trust::Access& access, trust::Action action,
                       const record::Resource& written) override;

  // Bundles. Whoever may read the Subscription may ask for its status; its events are for its owner.
  Result<json::object> status(const trust::Access& access, const std::vector<std::string>& ids);
  Result<std::string> events(const trust::Access& access, const std::string& id,
                             const EventsRequest& request);

  struct Binding {
    std::string token;
    Instant expires_at;
  };
  Result<Binding> bind(const trust::Access& access, const std::vector<std::string>& ids);

  // What an open connection is told: bundles as JSON text, one at a time, in order for each subscription.
  // Belongs to one thread; the Subscriptions must outlive it.
  class Live {
  public:
    virtual ~Live() = default;
    struct Message {
      std::string bundle;
      int64_t number = 0;  // of its last event; 0: a handshake
    };
    // Waits up to `wait_ms`. nullopt: nothing came. An error: it is over.
    virtual Result<std::optional<Message>> next(int wait_ms) = 0;
  };
  // Begins with a handshake for each, then what comes after the number `after` (negative: from now on).
  Result<std::unique_ptr<Live>> redeem(const std::string& token);
  Result<std::unique_ptr<Live>> open(const trust::Access& access, const std::string& id, int64_t after);
  void close_all();  // ends every Live

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::subscription
