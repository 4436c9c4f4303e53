#include "main/message_log.h"

namespace xinglin::main {
namespace {

std::string_view to_text(intake::AckCode code) {
  switch (code) {
    case intake::AckCode::AA:
      return "AA";
    case intake::AckCode::AE:
      return "AE";
    case intake::AckCode::AR:
      return "AR";
  }
  return "AE";
}

web::MessageRow to_web(const intake::MessageRow& row) {
  return {.id = row.id,
          .at = row.received_at,
          .type = row.trigger.empty() ? row.type : row.type + "^" + row.trigger,
          .control_id = row.control_id,
          .sender = row.sender,
          .ack = std::string(to_text(row.ack)),
          .error = row.ack == intake::AckCode::AA ? "" : row.error,
          .patient = row.patient,
          .size_bytes = row.size_bytes};
}

}  // namespace

Result<std::vector<web::MessageRow>> MessageLog::messages(const trust::Access& access, int64_t limit,
                                                          std::string_view ack, int64_t before) {
  intake::MessageFilter filter{.ack = std::nullopt, .before_id = before, .limit = limit};
  for (const auto code : {intake::AckCode::AA, intake::AckCode::AE, intake::AckCode::AR})
    if (to_text(code) == ack) filter.ack = code;
  XL_TRY(const std::vector<intake::MessageRow> rows, intake_.messages(access, filter));
  std::vector<web::MessageRow> out;
  out.reserve(rows.size());
  for (const intake::MessageRow& row : rows) out.push_back(to_web(row));
  return out;
}

Result<web::MessageDetail> MessageLog::message(const trust::Access& access, int64_t id) {
  XL_TRY(intake::MessageDetail found, intake_.message(access, id));
  return web::MessageDetail{to_web(found.row), std::move(found.resources), std::move(found.replays)};
}

Result<int64_t> MessageLog::replay(const trust::Access& access, int64_t id) {
  return intake_.replay(access, id);
}

Result<std::string> MessageLog::raw(const trust::Access& access, int64_t id) {
  return intake_.raw(access, id);
}

Result<web::MessageCounts> MessageLog::counts() {
  XL_TRY(const intake::MessageCounts counts, intake_.counts());
  return web::MessageCounts{.received = counts.accepted + counts.rejected, .refused = counts.rejected};
}

}  // namespace xinglin::main
