// Query and retrieve (PS3.4 C.4) of a server association: operations with several responses, which the other
// side may cancel.
#include <algorithm>

#include "base/log.h"
#include "edge/dimse/detail/server_association.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr int64_t kFindPage = 200;

CommandField request_of(QueryOperation operation) {
  if (operation == QueryOperation::Find) return CommandField::FindRq;
  return operation == QueryOperation::Move ? CommandField::MoveRq : CommandField::GetRq;
}

}  // namespace

trust::Access ServerAssociation::access() const {
  return trust::Access::sender("dimse", calling_ae_ + "@" + peer_.substr(0, peer_.rfind(':')));
}

// What a sender is, may only send. A peer that has been entered as one that may ask also reads.
trust::Access ServerAssociation::asking() const {
  return trust::Access::peer("dimse", calling_ae_ + "@" + peer_.substr(0, peer_.rfind(':')));
}

// Not between the messages of serve(): the next command that comes while an operation runs.
Result<CommandSet> ServerAssociation::read_command() {
  std::vector<uint8_t> bytes;
  for (;;) {
    XL_TRY(const PduHeader header, transport_.next_pdu(shared_.options.network_timeout_ms, {}));
    if (header.type == static_cast<uint8_t>(PduType::Abort)) return Error(kAborted);
    if (header.type != static_cast<uint8_t>(PduType::Data)) return Error(kUnexpectedPdu);
    if (header.length > shared_.options.pdu_bytes_max) return Error(kPduTooLarge);
    for (uint32_t left = header.length; left > 0;) {
      XL_TRY(const PdvHeader pdv, transport_.next_pdv(left));
      left -= static_cast<uint32_t>(kPdvHeader) + pdv.length;
      if (!pdv.command || bytes.size() + pdv.length > kCommandSetMax || (pdv.last && left > 0))
        return Error(kBadPdu, "a fragment belongs to no message in progress");
      const size_t start = bytes.size();
      bytes.resize(start + pdv.length);
      XL_CHECK(transport_.read(std::span(bytes).subspan(start)));
      if (pdv.last) return parse_command_set(bytes);
    }
  }
}

// Looks without waiting whether the other side wants the operation to end.
Result<bool> ServerAssociation::cancelled() {
  while (!shared_.stopping && transport_.has_input()) {
    XL_TRY(const CommandSet command, read_command());
    if (!command.is(CommandField::Cancel)) return Error(kUnexpectedPdu, "a request while another one runs");
    if (command.message_id == command_->message_id) return true;
  }
  return shared_.stopping.load();
}

Result<Status> ServerAssociation::query(const QueryClass& asked_of) {
  if (!command_->is(request_of(asked_of.operation)))
    return Status{status::kUnrecognizedOperation, "not an operation of this SOP class"};
  if (!command_->has_data_set) return Status{status::kMistypedArgument, "the request has no identifier"};
  if (left_in_pdu_ > 0) return Error(kBadPdu, "two messages in one P-DATA-TF");
  if (spool_error_) return status_of(*spool_error_);
  if (data_set_.over_limit()) return status_of(Error(archive::kTooManyKeys));
  const std::string& syntax = contexts_[context_].second;
  XL_TRY(const std::span<const uint8_t> bytes, data_set_.bytes());
  const auto asked = parse_identifier(bytes, syntax, asked_of, extended_of(user_, asked_of.uid));
  if (!asked.ok()) return refuse(asked.error());
  if (asked_of.operation != QueryOperation::Find) return retrieve(*asked, asked_of.operation);
  return find_matches(*asked);
}

Status ServerAssociation::refuse(const Error& error) {
  const Status answer = status_of(error);
  log::warning("dimse.query-refused",
               {{"peer", peer_}, {"calling", calling_ae_}, {"code", error.code().name}});
  return answer;
}

Result<archive::Page> ServerAssociation::page_of(const Asked& asked, const archive::Query& query) {
  if (asked.model != Model::Worklist) return shared_.query.find(asking(), query);
  return shared_.services.schedule->find(asking(), query.keys, query.fuzzy, query.limit, query.after);
}

Result<Status> ServerAssociation::find_matches(const Asked& asked) {
  const std::string& syntax = contexts_[context_].second;
  archive::Query query = asked.query;
  int64_t told = 0;
  do {
    query.limit = std::min(kFindPage, shared_.options.matches_max - told + 1);
    auto page = page_of(asked, query);
    if (!page.ok()) return refuse(page.error());
    for (const json::object& row : page->rows) {
      XL_TRY(const bool stop, cancelled());
      if (stop) return Status{status::kCancelled, "cancelled"};
      if (told++ == shared_.options.matches_max)
        return Status{status::kOutOfResources, "more matches than are told at once; ask for less"};
      Status pending{page->not_matched.empty() ? status::kPending : status::kPendingWithWarning, ""};
      pending.identifier =
          encode_identifier(answer_of(asked, row, shared_.options.ae_title), syntax, asked.charset);
      XL_CHECK(respond(pending));
    }
    XL_TRY(const bool stop, cancelled());
    if (stop) return Status{status::kCancelled, "cancelled"};
    query.after = std::move(page->next);
    query.offset = 0;
  } while (!query.after.empty());
  return Status{};
}

}  // namespace xinglin::dimse
