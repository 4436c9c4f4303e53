#include "edge/dimse/detail/server_association.h"

#include <utility>

#include "base/log.h"
#include "edge/dimse/detail/commitment_data.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

// Instances of one association whose studies are told its end; a longer one leaves the rest to silence.
constexpr size_t kRememberedMax = 10'000;
constexpr std::string_view kAssociations = "xinglin_dimse_associations_total";
constexpr std::string_view kInstances = "xinglin_dimse_instances_total";

Counter& association_counter(Metrics& metrics, const char* outcome) {
  return metrics.counter(std::string(kAssociations), "DICOM associations by outcome",
                         std::string("outcome=\"") + outcome + '"');
}
Counter& instance_counter(Metrics& metrics, const char* outcome) {
  return metrics.counter(std::string(kInstances), "C-STORE requests by outcome",
                         std::string("outcome=\"") + outcome + '"');
}

AbortReason reason_of(const Error& error) {
  if (error.is(kUnexpectedPdu)) return AbortReason::UnexpectedPdu;
  if (error.is(kBadPdu) || error.is(kPduTooLarge)) return AbortReason::InvalidParameter;
  return AbortReason::NotSpecified;
}

}  // namespace

ScpCounters::ScpCounters(Metrics& metrics)
    : accepted(association_counter(metrics, "accepted")),
      rejected(association_counter(metrics, "rejected")),
      aborted(association_counter(metrics, "aborted")),
      stored(instance_counter(metrics, "stored")),
      already_stored(instance_counter(metrics, "already-stored")),
      refused(instance_counter(metrics, "refused")) {}

ServerAssociation::ServerAssociation(ScpShared& shared, net::Stream& stream)
    : shared_(shared),
      transport_(stream, shared.clock, shared.options.network_timeout_ms),
      peer_(stream.peer()),
      data_set_({shared.options.data_set_bytes_max, shared.options.memory_bytes_max,
                 shared.options.spool_directory}) {}

void ServerAssociation::run() {
  const auto opened = open();
  if (!opened.ok()) return abort(opened.error());
  if (!*opened) return;
  shared_.counters.accepted.add();
  log::info("dimse.association", {{"peer", peer_}, {"calling", calling_ae_}, {"called", called_ae_}});
  const auto served = serve();
  if (!served.ok()) abort(served.error());
}

Result<bool> ServerAssociation::open() {
  const auto stop = [this] { return shared_.stopping.load(); };
  XL_TRY(const PduHeader header, transport_.next_pdu(shared_.options.network_timeout_ms, stop));
  if (header.type != static_cast<uint8_t>(PduType::AssociateRq))
    return Error(kUnexpectedPdu, "no A-ASSOCIATE-RQ");
  if (header.length > kAssociatePduMax) return Error(kPduTooLarge, "the A-ASSOCIATE-RQ is too long");
  std::vector<uint8_t> body(header.length);
  XL_CHECK(transport_.read(body));
  XL_TRY(const AssociateRq request, parse_associate_rq(body));
  calling_ae_ = request.calling_ae;
  called_ae_ = request.called_ae;
  XL_TRY(offered_, offer());
  auto answer = negotiate(request, shared_.options, offered_);
  if (const auto* refusal = std::get_if<Rejection>(&answer)) {
    reject(*refusal);
    return false;
  }
  if (!enter()) {
    reject(rejection::kLocalLimit);
    return false;
  }
  const auto& accepted = std::get<AssociateAc>(answer);
  for (size_t i = 0; i < accepted.contexts.size(); ++i)
    if (accepted.contexts[i].result == AcceptedContext::Reason::Accepted)
      contexts_[accepted.contexts[i].id] = {request.contexts[i].abstract_syntax,
                                            accepted.contexts[i].transfer_syntax};
  user_ = accepted.user;
  peer_pdu_max_ = request.user.max_pdu;
  XL_CHECK(transport_.write(encode(accepted)));
  return true;
}

// What is offered to who calls, beyond verification and storage.
Result<Offered> ServerAssociation::offer() const {
  Offered out;
  const Scp::Query& query = shared_.query;
  if (!query.rights) return out;
  XL_TRY(const archive::PeerRights rights, query.rights(calling_ae_, peer_.substr(0, peer_.rfind(':'))));
  out.find = rights.find && query.find;
  out.move = rights.move && query.find && query.destination;
  out.get = rights.get && query.find && query.open;
  out.worklist = rights.worklist && shared_.services.schedule != nullptr;
  out.mpps = rights.mpps && shared_.services.performed != nullptr;
  out.commitment = rights.commitment && shared_.services.commitment != nullptr;
  out.commitment_answers = rights.store && shared_.services.sent != nullptr;
  return out;
}

bool ServerAssociation::enter() {
  entered_ = shared_.associations.fetch_add(1) < shared_.options.associations_max;
  if (!entered_) shared_.associations.fetch_sub(1);
  return entered_;
}

void ServerAssociation::leave() {
  if (std::exchange(entered_, false)) shared_.associations.fetch_sub(1);
}

void ServerAssociation::reject(const Rejection& rejection) {
  shared_.counters.rejected.add();
  log::warning(
      "dimse.rejected",
      {{"peer", peer_}, {"calling", calling_ae_}, {"called", called_ae_}, {"why", explain(rejection)}});
  if (transport_.write(encode(rejection)).ok()) transport_.linger();
}

void ServerAssociation::abort(const Error& why) {
  leave();
  if (why.is(net::kClosed) || why.is(net::kReset) || why.is(kAborted)) {
    if (!calling_ae_.empty()) log::info("dimse.broken", {{"peer", peer_}, {"why", why.message()}});
    return;
  }
  shared_.counters.aborted.add();
  log::warning("dimse.abort", {{"peer", peer_}, {"calling", calling_ae_}, {"why", why.message()}});
  if (transport_.write(encode_abort(AbortSource::Provider, reason_of(why))).ok() && !shared_.stopping)
    transport_.linger();
}

Result<void> ServerAssociation::serve() {
  for (;;) {
    const bool between_messages = command_bytes_.empty() && !command_;
    const auto stop = [&] { return between_messages && shared_.stopping; };
    const int timeout =
        between_messages ? shared_.options.idle_timeout_ms : shared_.options.network_timeout_ms;
    XL_TRY(const PduHeader header, transport_.next_pdu(timeout, stop));
    switch (static_cast<PduType>(header.type)) {
      case PduType::Data:
        if (header.length > shared_.options.pdu_bytes_max) return Error(kPduTooLarge);
        XL_CHECK(take_data_pdu(header.length));
        break;
      case PduType::ReleaseRq:
        leave();
        XL_CHECK(transport_.write(encode_release(PduType::ReleaseRp)));
        tell_end();
        transport_.linger();
        return {};
      case PduType::Abort:
        return Error(kAborted);
      default:
        return Error(kUnexpectedPdu, "PDU type " + std::to_string(header.type));
    }
  }
}

Result<void> ServerAssociation::take_data_pdu(uint32_t length) {
  while (length > 0) {
    XL_TRY(const PdvHeader pdv, transport_.next_pdv(length));
    length -= static_cast<uint32_t>(kPdvHeader) + pdv.length;
    left_in_pdu_ = length;
    XL_CHECK(take_fragment(pdv));
  }
  return {};
}

Result<void> ServerAssociation::take_fragment(const PdvHeader& pdv) {
  if (command_bytes_.empty() && !command_) {
    context_ = pdv.context;
    message_deadline_us_ = shared_.clock.monotonic_us() + shared_.options.message_timeout_ms * kMillisecondUs;
  }
  if (shared_.clock.monotonic_us() > message_deadline_us_)
    return Error(errors::kTimeout, "a message took too long");
  if (pdv.context != context_ || pdv.command == command_.has_value())
    return Error(kBadPdu, "a fragment belongs to no message in progress");
  if (pdv.command) {
    if (command_bytes_.size() + pdv.length > kCommandSetMax)
      return Error(kBadPdu, "the command set is too long");
    const size_t start = command_bytes_.size();
    command_bytes_.resize(start + pdv.length);
    XL_CHECK(transport_.read(std::span(command_bytes_).subspan(start)));
    if (!pdv.last) return {};
    return take_command();
  }
  // When the spool fails the rest is still read, so that the sender gets a status and not an abort.
  const auto failed = [&](const Error& error) {
    if (!spool_error_) spool_error_ = error;
    data_set_.drop();
    staged_.reset();
  };
  auto room = data_set_.room(pdv.length);
  if (!room.ok()) {
    failed(room.error());
    room = data_set_.room(pdv.length);
  }
  XL_CHECK(transport_.read(*room));
  keep_staged(*room);
  if (const auto kept = data_set_.commit(pdv.length); !kept.ok()) failed(kept.error());
  if (data_set_.over_limit()) staged_.reset();
  return pdv.last ? take_message() : Result<void>();
}

Result<void> ServerAssociation::take_command() {
  XL_TRY(command_, parse_command_set(command_bytes_));
  if (!command_->has_data_set) return take_message();
  const auto context = contexts_.find(context_);
  if (!shared_.stage || !command_->is(CommandField::StoreRq) || context == contexts_.end()) return {};
  auto staged = shared_.stage(SopClassUid(command_->sop_class), SopInstanceUid(command_->sop_instance),
                              TransferSyntaxUid(context->second.second));
  if (staged.ok()) staged_.emplace(std::move(*staged));
  return {};
}

// Without a staged file the store writes the data set itself, so a failure here is not yet one of the
// message.
void ServerAssociation::keep_staged(std::span<const uint8_t> bytes) {
  if (staged_ && !staged_->write(bytes).ok()) staged_.reset();
}

Result<void> ServerAssociation::take_message() {
  Result<void> answered;
  // A cancel that comes when its operation has ended is no longer of use.
  if (command_->is_response()) {
    answered = take_response();
  } else if (!command_->is(CommandField::Cancel)) {
    XL_TRY(const Status answer, perform());
    answered = respond(answer);
  }
  command_bytes_.clear();
  command_.reset();
  data_set_.clear();
  staged_.reset();
  spool_error_.reset();
  return answered.ok() && commitment_due_ ? report_commitment() : answered;
}

Result<Status> ServerAssociation::perform() {
  const auto context = contexts_.find(context_);
  if (context == contexts_.end())
    return Status{status::kSopClassNotSupported, "the presentation context was not accepted"};
  if (command_->is(CommandField::EchoRq)) return Status{};
  const QueryClass* query_class = find_query_class(context->second.first);
  const std::string& abstract_syntax = context->second.first;
  const bool normalized = abstract_syntax == kCommitmentClass || abstract_syntax == kPerformedStepClass ||
                          abstract_syntax == kPerformedRetrieveClass;
  if (query_class == nullptr && !normalized && !command_->is(CommandField::StoreRq))
    return Status{status::kUnrecognizedOperation, "this operation is not offered"};
  if (command_->sop_class != context->second.first)
    return Status{status::kSopClassNotSupported, "the SOP class is not that of the presentation context"};
  if (query_class != nullptr) return query(*query_class);
  if (abstract_syntax == kPerformedRetrieveClass) return read_performed_step();
  if (normalized) return abstract_syntax == kCommitmentClass ? commitment() : performed_step();
  if (!command_->has_data_set) return Status{status::kMistypedArgument, "C-STORE without a data set"};
  return store_instance();
}

Status ServerAssociation::store_instance() {
  const auto store = [&]() -> Result<archive::Outcome> {
    if (spool_error_) return *spool_error_;
    if (data_set_.over_limit()) return Error(archive::kOverLimit);
    XL_TRY(const std::span<const uint8_t> bytes, data_set_.bytes());
    archive::Incoming incoming;
    incoming.data_set = bytes;
    incoming.transfer_syntax = TransferSyntaxUid(contexts_[context_].second);
    incoming.sop_class = SopClassUid(command_->sop_class);
    incoming.sop_instance = SopInstanceUid(command_->sop_instance);
    incoming.calling_ae = calling_ae_;
    incoming.called_ae = called_ae_;
    incoming.peer = peer_;
    incoming.staged = staged_ ? &*staged_ : nullptr;
    incoming.let_go = [this](std::span<const uint8_t> done) { data_set_.let_go(done); };
    return shared_.store(access(), incoming);
  };
  const auto outcome = store();
  if (outcome.ok()) {
    (*outcome == archive::Outcome::Stored ? shared_.counters.stored : shared_.counters.already_stored).add();
    if (stored_.size() < kRememberedMax) stored_.emplace_back(command_->sop_instance);
    return {};
  }
  shared_.counters.refused.add();
  const Status answer = status_of(outcome.error());
  log::warning("dimse.refused", {{"peer", peer_},
                                 {"calling", calling_ae_},
                                 {"code", outcome.error().code().name},
                                 {"status", answer.code}});
  return answer;
}

// An abort tells nothing: what it cut off may come again.
void ServerAssociation::tell_end() {
  if (stored_.empty() || !shared_.services.released) return;
  const auto noted = shared_.services.released(stored_);
  if (!noted.ok()) log::warning("dimse.end-not-noted", {{"why", noted.error().message()}});
}

Result<void> ServerAssociation::respond(const Status& answer) {
  CommandSet response;
  response.field = static_cast<uint16_t>(command_->field | kResponseBit);
  response.message_id = command_->message_id;
  response.sop_class = command_->sop_class;
  response.sop_instance = command_->sop_instance;
  response.type = command_->type;
  response.status = answer.code;
  response.error_comment = answer.comment;
  response.error_id = answer.error_id;
  response.sub_operations = answer.sub_operations;
  response.has_data_set = !answer.identifier.empty();
  XL_CHECK(transport_.send(context_, true, encode(response), peer_pdu_max_));
  if (!response.has_data_set) return {};
  return transport_.send(context_, false, answer.identifier, peer_pdu_max_);
}

}  // namespace xinglin::dimse
