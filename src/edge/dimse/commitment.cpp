#include "edge/dimse/commitment.h"

#include "edge/dimse/detail/commitment_data.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

const Scu::Context& context() {
  static const Scu::Context kContext{SopClassUid(std::string(kCommitmentClass)),
                                     TransferSyntaxUid("1.2.840.10008.1.2")};
  return kContext;
}

Scu::Request request_of(Scu::Operation operation, uint16_t type) {
  return {operation, SopInstanceUid(std::string(kCommitmentInstance)), type};
}

Error refused(const Scu::Answer& answer) {
  return {kStatus, "the peer answered storage commitment with status " + std::to_string(answer.status)};
}

}  // namespace

Result<void> report_commitment(Scu::Options to, const archive::CommitmentList& answer, const Clock& clock) {
  to.provider_of = {context().sop_class};
  XL_TRY(auto scu, Scu::associate(to, {context()}, clock));
  if (!scu.accepts(context())) return Error(kNoContext);
  const auto data_set = encode_commitment(answer, context().syntax.str());
  XL_TRY(const auto taken,
         scu.perform(context(), request_of(Scu::Operation::EventReport, event_type_of(answer)), data_set));
  static_cast<void>(scu.release());
  return taken.status == 0 ? Result<void>() : refused(taken);
}

Result<std::optional<archive::CommitmentList>> ask_commitment(const Scu::Options& to,
                                                              const archive::CommitmentList& request,
                                                              int patience_ms, const Clock& clock) {
  XL_TRY(auto scu, Scu::associate(to, {context()}, clock));
  if (!scu.accepts(context())) return Error(kNoContext);
  const auto data_set = encode_commitment(request, context().syntax.str());
  XL_TRY(const auto taken,
         scu.perform(context(), request_of(Scu::Operation::Action, kRequestCommitment), data_set));
  if (taken.status != 0) return refused(taken);
  std::optional<archive::CommitmentList> out;
  const auto event = scu.await_event(patience_ms);
  if (event.ok() && *event) {
    auto told = parse_commitment((*event)->data_set, context().syntax.str());
    const bool ours = told.ok() && told->transaction_uid == request.transaction_uid;
    static_cast<void>(scu.answer_event(**event, ours ? 0 : 0x0115));
    if (ours) {
      told->ae_title = request.ae_title;
      out = std::move(*told);
    }
  }
  static_cast<void>(scu.release());
  return out;
}

}  // namespace xinglin::dimse
