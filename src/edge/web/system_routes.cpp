// The system page: figures, quarantine, dead letters.
#include <filesystem>
#include <system_error>

#include "base/digest.h"
#include "edge/web/detail/received.h"
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}

// The file and its write-ahead log; what is not there counts nothing.
int64_t database_bytes(const std::string& file) {
  int64_t out = 0;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file + suffix, error);
    if (!error) out += static_cast<int64_t>(size);
  }
  return out;
}

int64_t disk_free_bytes(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space =
      std::filesystem::space(directory.empty() ? "." : directory, error);
  return error ? 0 : static_cast<int64_t>(space.available);
}

json::object queue_document(const journal::QueueState& queue) {
  return {{"name", queue.name},       {"ready", queue.ready},
          {"running", queue.running}, {"waiting_retry", queue.waiting_retry},
          {"dead", queue.dead},       {"done", queue.done}};
}

Result<json::object> counts(Context& context) {
  const WebServices& services = context.services;
  // Numbers only: counted for the house, so that those who run it need not be allowed to see patients.
  const trust::Access house = trust::Access::system("web");
  XL_TRY(const MessageCounts messages, services.messages.counts());
  XL_TRY(const int64_t quarantine, services.archive.quarantine_count());
  XL_TRY(const archive::Figures stored, services.archive.figures());
  XL_TRY(const int64_t leaves, services.audit.size());
  record::SearchRequest patients;
  patients.type = "Patient";
  patients.count_only = true;
  XL_TRY(const record::SearchResult found, services.record.search_now(house, patients));
  XL_TRY(const int64_t conflicts, services.store.read([&](sql::Session& session) {
    return services.identity.open_conflicts(session);
  }));
  XL_TRY(const inference::Counts results, services.results.counts(house));
  int64_t dead = 0;
  for (const journal::QueueState& queue : services.journal.queues()) dead += queue.dead;
  return json::object{{"messages", messages.received}, {"messages_refused", messages.refused},
                      {"quarantine", quarantine},      {"conflicts", conflicts},
                      {"dead_letters", dead},          {"patients", found.total},
                      {"instances", stored.instances}, {"results", results.total},
                      {"audit_leaves", leaves},        {"stored_bytes", stored.stored_bytes}};
}

Result<http::Response> system_page(Context& context) {
  XL_TRY(json::object numbers, counts(context));
  const json::value blob_bytes = numbers["stored_bytes"];
  numbers.erase("stored_bytes");
  json::array queues;
  for (const journal::QueueState& queue : context.services.journal.queues())
    queues.push_back(queue_document(queue));
  const Listeners listeners = context.listeners();
  const WebOptions& options = context.options;
  const int64_t uptime_us = context.services.clock.now() - context.started_at;
  return ok({{"version", options.version},
             {"started_at", format_rfc3339(context.started_at)},
             {"uptime_s", uptime_us / kSecondUs},
             {"state", to_string(context.state)},
             {"queues", std::move(queues)},
             {"counts", std::move(numbers)},
             {"store", json::object{{"database_bytes", database_bytes(options.database_file)},
                                    {"blob_bytes", blob_bytes},
                                    {"disk_free_bytes", disk_free_bytes(options.blob_directory)},
                                    {"writes_waiting", context.services.store.writes_waiting()}}},
             {"listeners", json::object{{"http", or_null(listeners.http)},
                                        {"dimse", or_null(listeners.dimse)},
                                        {"mllp", or_null(listeners.mllp)}}}});
}

constexpr uint64_t kDownloadBytesMax = 256ull << 20;

json::object quarantined_document(const archive::Quarantined& row) {
  return {{"id", row.id},
          {"at", format_rfc3339(row.at)},
          {"source", row.source},
          {"sender", row.sender},
          {"reason_code", row.reason_code},
          {"reason", row.reason},
          {"size_bytes", row.blob.size_bytes},
          {"digest", to_hex(row.blob.digest)}};
}

Result<http::Response> quarantine(Context& context, const http::Request& request,
                                  const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const std::vector<archive::Quarantined> rows, context.services.archive.quarantined(access, limit));
  json::array items;
  for (const archive::Quarantined& row : rows) items.push_back(quarantined_document(row));
  return ok({{"items", std::move(items)}});
}

Result<http::Response> quarantined(Context& context, const http::Request& request,
                                   const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const archive::QuarantinedObject found,
         context.services.archive.quarantined_object(access, id, kReceivedBytesMax));
  json::object out = quarantined_document(found.entry);
  const Received shown = found.bytes ? show_received(*found.bytes) : Received{.form = "too-large"};
  out["form"] = shown.form;
  out["content"] = shown.content;
  out["shown_bytes"] = shown.shown_bytes;
  return ok(out);
}

// As it came, for tools that read it. The name says nothing of its content.
Result<http::Response> quarantined_file(Context& context, const http::Request& request,
                                        const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const archive::QuarantinedObject found,
         context.services.archive.quarantined_object(access, id, kDownloadBytesMax));
  if (!found.bytes)
    return Error(errors::kTooLarge, "the object is over " + std::to_string(kDownloadBytesMax >> 20) +
                                        " MiB; take it from the disk");
  http::Response response;
  response.body.assign(found.bytes->begin(), found.bytes->end());
  response.set("Content-Type", "application/octet-stream");
  response.set("Content-Disposition", "attachment; filename=\"quarantine-" + std::to_string(id) + ".bin\"");
  return response;
}

Result<http::Response> dead_letters(Context& context, const http::Request& request) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const std::vector<journal::DeadLetter> rows, context.services.journal.dead_letters(limit));
  json::array items;
  for (const journal::DeadLetter& row : rows)
    items.push_back(json::object{{"id", row.id},
                                 {"queue", row.queue},
                                 {"key", row.key},
                                 {"error", row.error},
                                 {"attempts", row.attempts},
                                 {"died_at", format_rfc3339(row.died_at)}});
  return ok({{"items", std::move(items)}});
}

Result<http::Response> replay(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_CHECK(context.services.journal.replay(id));
  context.services.audit.record(
      access, {trust::Action::Execute, "DeadLetter/" + std::to_string(id), "", true, "replay"});
  return no_content();
}

}  // namespace

void add_system_routes(Context& context, http::Router& router) {
  const http::RouteInfo::Query limit{"limit", "how many, 1..500, default 50"};
  const auto with = [&context](Permission permission, auto function) {
    return guarded(context, permission,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/system",
             {.summary = "Figures of the running house", .tag = "system", .response_schema = shape("System")},
             with(Permission::ReadSystem,
                  [](Context& c, const http::Request&, const trust::Access&) { return system_page(c); }));
  router.add(http::Method::Get, "/api/system/quarantine",
             {.summary = "What could not be read, and why, newest first",
              .tag = "system",
              .query = {limit},
              .response_schema = shape("{ items: Quarantined[] }")},
             with(Permission::ReadSystem, quarantine));
  router.add(
      http::Method::Get, "/api/system/quarantine/{id}",
      {.summary = "One quarantined object: as text, as a list of its elements or as bytes in hexadecimal",
       .tag = "system",
       .response_schema = shape("QuarantinedDetail")},
      with(Permission::ReadReceived, quarantined));
  router.add(http::Method::Get, "/api/system/quarantine/{id}/file",
             {.summary = "One quarantined object, byte for byte",
              .tag = "system",
              .response_schema = shape("string")},
             with(Permission::ReadReceived, quarantined_file));
  router.add(http::Method::Get, "/api/system/dead-letters",
             {.summary = "Jobs that kept failing, newest first",
              .tag = "system",
              .query = {limit},
              .response_schema = shape("{ items: DeadLetter[] }")},
             with(Permission::ReadSystem, [](Context& c, const http::Request& r, const trust::Access&) {
               return dead_letters(c, r);
             }));
  router.add(http::Method::Post, "/api/system/dead-letters/{id}/replay",
             {.summary = "Try a dead letter again", .tag = "system"},
             with(Permission::OperateSystem, replay));
}

}  // namespace xinglin::web::detail
