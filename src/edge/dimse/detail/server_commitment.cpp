// Storage commitment (PS3.4 J) of a server association: requests come by N-ACTION and are answered by
// N-EVENT-REPORT, here while the association lasts, else by a job; and answers to requests of ours.
#include "base/log.h"
#include "edge/dimse/detail/commitment_data.h"
#include "edge/dimse/detail/server_association.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

// Most senders release after the answer to their N-ACTION: a report must not cross with that.
constexpr int kGraceMs = 100;

Status bad_argument(const Error& error) {
  return {status::kInvalidArgument, error.message().substr(0, 64)};
}

}  // namespace

Result<Status> ServerAssociation::commitment() {
  if (command_->sop_instance != kCommitmentInstance)
    return Status{status::kNoSuchInstance, "not the instance of storage commitment"};
  if (!command_->has_data_set) return Status{status::kInvalidArgument, "the request has no data set"};
  if (left_in_pdu_ > 0) return Error(kBadPdu, "two messages in one P-DATA-TF");
  if (spool_error_) return status_of(*spool_error_);
  if (data_set_.over_limit()) return Status{status::kResourceLimitation, "the request is too long"};
  XL_TRY(const std::span<const uint8_t> bytes, data_set_.bytes());
  auto list = parse_commitment(bytes, contexts_[context_].second);
  if (!list.ok()) return bad_argument(list.error());
  list->ae_title = calling_ae_;
  if (command_->is(CommandField::ActionRq)) return take_commitment_request(*list);
  if (command_->is(CommandField::EventReportRq)) return take_commitment_answer(*list);
  return Status{status::kUnrecognizedOperation, "not an operation of this SOP class"};
}

Status ServerAssociation::take_commitment_request(const archive::CommitmentList& request) {
  if (!offered_.commitment) return {status::kNotAuthorized, "this peer may not ask for commitment"};
  if (command_->type != kRequestCommitment) return {status::kNoSuchAction, "the action type is not 1"};
  if (request.items.size() > archive::Commitment::kInstancesMax)
    return {status::kResourceLimitation, "too many instances in one request"};
  const auto taken = shared_.services.commitment->take(asking(), request);
  if (!taken.ok()) return refuse(taken.error());
  commitment_due_ = CommitmentDue{*taken, context_};
  return {};
}

Status ServerAssociation::take_commitment_answer(const archive::CommitmentList& answer) {
  if (!offered_.commitment_answers) return {status::kNotAuthorized, "this peer was not asked"};
  if (command_->type != kCommitmentGiven && command_->type != kCommitmentFailed)
    return {status::kNoSuchEvent, "the event type is not 1 or 2"};
  const auto noted = shared_.services.sent->note(answer);
  if (!noted.ok() && noted.error().is(archive::kNoCommitment))
    return {status::kInvalidArgument, "no such transaction is open"};
  return noted.ok() ? Status{} : refuse(noted.error());
}

// Right after the N-ACTION was answered. Who has more to say, or wants to leave, is told by the job instead.
Result<void> ServerAssociation::report_commitment() {
  const CommitmentDue due = *commitment_due_;
  commitment_due_.reset();
  if (const auto more = transport_.wait_for_input(kGraceMs); more.ok() || !more.error().is(net::kTimedOut))
    return more;
  const auto busy = [this] { return shared_.stopping || transport_.has_input(); };
  const auto answer = shared_.services.commitment->answer(due.id, busy);
  if (!answer.ok() || busy()) return {};
  CommandSet event;
  event.field = static_cast<uint16_t>(CommandField::EventReportRq);
  event.message_id = ++own_message_;
  event.sop_class = std::string(kCommitmentClass);
  event.sop_instance = std::string(kCommitmentInstance);
  event.type = event_type_of(*answer);
  event.has_data_set = true;
  awaited_[event.message_id] = due.id;
  XL_CHECK(transport_.send(due.context, true, encode(event), peer_pdu_max_));
  return transport_.send(due.context, false, encode_commitment(*answer, contexts_[due.context].second),
                         peer_pdu_max_);
}

// The only requests of ours between the messages of the other side are reports of commitment.
Result<void> ServerAssociation::take_response() {
  const auto awaited = awaited_.find(command_->message_id);
  if (!command_->is(CommandField::EventReportRsp) || awaited == awaited_.end())
    return Error(kBadCommand, "an answer to what was not asked");
  if (command_->status == status::kSuccess) {
    const auto kept = shared_.services.commitment->reported(awaited->second);
    if (!kept.ok()) log::warning("dimse.commitment", {{"why", kept.error().code().name}});
  }
  awaited_.erase(awaited);
  return {};
}

}  // namespace xinglin::dimse
