// Messages as they came in, for those who run the house.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

json::object message_document(const MessageRow& row) {
  return {{"id", row.id},
          {"at", format_rfc3339(row.at)},
          {"type", row.type},
          {"control_id", row.control_id},
          {"sender", row.sender},
          {"ack", row.ack},
          {"error", text_or_null(row.error)},
          {"patient", text_or_null(row.patient.str())},
          {"size_bytes", row.size_bytes}};
}

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const std::string ack, query_one_of(request, "outcome", {"AA", "AE", "AR"}, ""));
  XL_TRY(const int64_t before, query_integer(request, "before", INT64_MAX, 1, INT64_MAX));
  XL_TRY(const std::vector<MessageRow> rows, context.services.messages.messages(access, limit, ack, before));
  json::array items;
  for (const MessageRow& row : rows) items.push_back(message_document(row));
  return ok({{"items", std::move(items)}});
}

// Segments end in CR on the wire; a page shows lines.
std::string with_lines(std::string text) {
  for (char& c : text)
    if (c == '\r') c = '\n';
  return text;
}

Result<http::Response> one(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const MessageDetail found, context.services.messages.message(access, id));
  json::object out = message_document(found.row);
  out["resources"] = json::array(found.resources.begin(), found.resources.end());
  out["replays"] = json::array(found.replays.begin(), found.replays.end());
  out["raw"] = nullptr;
  if (access.may(Permission::ReadReceived)) {
    XL_TRY(std::string raw, context.services.messages.raw(access, id));
    out["raw"] = with_lines(std::move(raw));
  }
  return ok(out);
}

Result<http::Response> replay(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const int64_t again, context.services.messages.replay(access, id));
  XL_TRY(const MessageDetail found, context.services.messages.message(access, again));
  return ok(message_document(found.row));
}

}  // namespace

void add_message_routes(Context& context, http::Router& router) {
  const auto with = [&context](auto function) {
    return guarded(context, Permission::ReadSystem,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/system/messages",
             {.summary = "Received messages, newest first",
              .tag = "system",
              .query = {{"limit", "1..500, default 50"},
                        {"outcome", "AA, AE or AR"},
                        {"before", "only messages of a smaller id"}},
              .response_schema = shape("{ items: Message[] }")},
             with(list));
  router.add(http::Method::Get, "/api/system/messages/{id}",
             {.summary = "One message; its text only for those who may see what was received",
              .tag = "system",
              .response_schema = shape("MessageDetail")},
             with(one));
  router.add(http::Method::Post, "/api/system/messages/{id}/replay",
             {.summary = "Takes a message that was answered AE once more; the new message",
              .tag = "system",
              .response_schema = shape("Message")},
             guarded(context, Permission::OperateSystem,
                     [&context](const http::Request& request, const trust::Access& access) {
                       return replay(context, request, access);
                     }));
}

}  // namespace xinglin::web::detail
