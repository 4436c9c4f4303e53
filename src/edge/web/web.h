// The web edge: own API under /api, sign-in, live events, health, metrics and the built pages. main makes one
// Web over the rooms, adds its routes (and those of the other HTTP edges) to the router, gives push() to the
// journal as a listener, and calls set_state() as the house starts and stops. add_routes() also wraps the
// whole router with the host check and the security headers, so that every HTTP edge has them. Stop order:
// set_state(Draining), stop(), then the HTTP server. Thread-safe once the server runs. The API's form is in
// /api/openapi.json.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/http/http.h"
#include "base/metrics.h"
#include "base/time.h"
#include "core/archive/archive.h"
#include "core/archive/commitment.h"
#include "core/archive/corrections.h"
#include "core/archive/custody.h"
#include "core/archive/deletion.h"
#include "core/archive/life.h"
#include "core/archive/peers.h"
#include "core/archive/retrieve.h"
#include "core/archive/sent.h"
#include "core/identity/identity.h"
#include "core/identity/matches.h"
#include "core/inference/catalog.h"
#include "core/inference/feedback.h"
#include "core/inference/results.h"
#include "core/procedure/performed.h"
#include "core/procedure/schedule.h"
#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "core/trust/authenticator.h"
#include "edge/web/auth.h"
#include "edge/web/event_hub.h"
#include "edge/web/message_log.h"
#include "service/bulk/bulk.h"
#include "service/worklist/worklist.h"
#include "store/journal/journal.h"
#include "store/sql/store.h"

namespace xinglin::web {

// What the edge works with; all must outlive it.
struct WebServices {
  sql::Store& store;
  journal::Journal& journal;
  trust::Authenticator& authenticator;
  trust::AuditLog& audit;
  record::Record& record;
  identity::Identity& identity;
  identity::Matches& matches;
  archive::Archive& archive;
  archive::Custody& custody;
  archive::StudyLife& life;
  archive::Corrections& corrections;
  const archive::Retrieval& retrieval;
  archive::Deletion& deletion;
  archive::Commitment& commitment;
  archive::Sent& sent;
  archive::Peers& peers;
  procedure::Schedule& schedule;
  procedure::Performed& performed;
  inference::Results& results;
  inference::Feedback& feedback;
  worklist::Worklist& worklist;
  MessageLog& messages;
  Metrics& metrics;
  const Clock& clock;
  // C-ECHO, by the edge that speaks DICOM.
  std::function<Result<void>(const archive::Peer&)> echo_peer = {};
  // Gives a study to another patient, with a reason; the id of the correction.
  std::function<Result<int64_t>(const trust::Access&, const StudyUid&, const PatientId&, const std::string&)>
      move_study = {};
  trust::Issuer* issuer = nullptr;  // tokens of applications, and consent to them; nullptr: not offered
  trust::Clients* clients = nullptr;
  bulk::Bulk* bulk = nullptr;  // null: no bulk jobs are shown
};

struct WebOptions {
  std::string version;
  std::string ui_directory;      // the built pages; "" or absent: `/` says so
  std::string viewer_directory;  // tools/viewer/dist; "": /viewer says so
  std::string database_file;     // for the figures of the system page
  std::string blob_directory;
  bool loopback_only = true;                  // the server listens on loopback: Host must name loopback
  std::vector<std::string> hosts;             // else: names the Host header may carry; empty = any
  bool https = false;                         // a proxy in front speaks TLS: cookies are Secure, HSTS is sent
  std::string public_url = "";                // "https://host" as applications know it; "": the host as asked
  int64_t sign_in_window_us = 5 * kMinuteUs;  // Retry-After of 429
};

enum class State { Starting, Ready, Draining };
std::string_view to_string(State state);

struct Listeners {
  std::optional<std::string> http, dimse, mllp;  // "127.0.0.1:8080"
};

class Web {
public:
  Web(WebServices services, WebOptions options);
  ~Web();
  Web(const Web&) = delete;

  void add_routes(http::Router& router);
  const RequestAuth& auth() const;
  void push(const journal::Event& event);
  void set_state(State state);
  void set_listeners(Listeners listeners);
  void stop();  // ends the event streams

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::web
