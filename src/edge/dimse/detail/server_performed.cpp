// Modality performed procedure steps (PS3.4 F.7) of a server association: N-CREATE and N-SET.
#include "base/log.h"
#include "edge/dimse/detail/server_association.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

// PS3.7 10.1.5.1.6 and 10.1.3.1.9, PS3.4 F.7.2.1.2 and F.7.2.2.2.
Status status_of_step(const Error& error) {
  uint16_t code = 0;
  if (error.is(procedure::kDuplicateStep)) code = status::kDuplicateInstance;
  if (error.is(procedure::kNoStep)) code = status::kNoSuchInstance;
  if (error.is(procedure::kFinalStep)) code = status::kProcessingFailure;
  if (error.is(procedure::kMissingAttribute)) code = status::kMissingAttribute;
  if (error.is(procedure::kMissingValue)) code = status::kMissingAttributeValue;
  if (error.is(procedure::kBadValue)) code = status::kInvalidAttributeValue;
  if (error.is(procedure::kBadUid)) code = status::kInvalidInstance;
  if (code == 0) return status_of(error);
  // Which attribute it is: the messages of these errors name tags and never values.
  Status out{code, error.message().substr(0, 64)};
  if (error.is(procedure::kFinalStep)) out.error_id = status::kMayNoLongerBeUpdated;
  return out;
}

}  // namespace

Result<Status> ServerAssociation::performed_step() {
  if (!offered_.mpps) return Status{status::kNotAuthorized, "this peer may not report procedure steps"};
  const bool creates = command_->is(CommandField::CreateRq);
  if (!creates && !command_->is(CommandField::SetRq))
    return Status{status::kUnrecognizedOperation, "not an operation of this SOP class"};
  if (left_in_pdu_ > 0) return Error(kBadPdu, "two messages in one P-DATA-TF");
  if (!command_->has_data_set) return Status{status::kMissingAttribute, "the request has no data set"};
  if (spool_error_) return status_of(*spool_error_);
  if (data_set_.over_limit()) return Status{status::kResourceLimitation, "the request is too long"};
  XL_TRY(const std::span<const uint8_t> bytes, data_set_.bytes());
  dicom::Limits limits;
  limits.items_max = 2 * procedure::Performed::kInstancesMax;
  limits.elements_max = 10 * procedure::Performed::kInstancesMax;
  const TransferSyntaxUid syntax(contexts_[context_].second);
  const auto attributes = dicom::parse_data_set(bytes, syntax, limits);
  if (!attributes.ok()) return Status{status::kProcessingFailure, "the data set cannot be read"};
  procedure::Performed& performed = *shared_.services.performed;
  Error refused(errors::kInternal);
  if (creates) {
    // Who makes the step may leave its UID to us (PS3.7 10.1.5.1.4).
    if (command_->sop_instance.empty()) command_->sop_instance = performed.new_uid();
    const auto made = performed.create(access(), calling_ae_, command_->sop_instance, *attributes);
    if (made.ok()) return Status{};
    refused = made.error();
  } else {
    const auto changed = performed.change(access(), command_->sop_instance, *attributes);
    if (changed.ok())
      return *changed == procedure::Changed::All
                 ? Status{}
                 : Status{status::kAttributeListError, "attributes that may not be changed were left"};
    refused = changed.error();
  }
  log::warning("dimse.step-refused",
               {{"peer", peer_}, {"calling", calling_ae_}, {"code", refused.code().name}});
  return status_of_step(refused);
}

}  // namespace xinglin::dimse
