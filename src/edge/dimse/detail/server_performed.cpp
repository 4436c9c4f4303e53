// Modality performed procedure steps of a server association: N-CREATE and N-SET (PS3.4 F.7), N-GET (F.8).
#include <algorithm>

#include "base/log.h"
#include "edge/dimse/detail/server_association.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr dicom::Tag kCharset{0x0008, 0x0005};

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

// PS3.4 F.8.2.1: the attributes that are asked for, or all.
Result<Status> ServerAssociation::read_performed_step() {
  if (!offered_.mpps) return Status{status::kNotAuthorized, "this peer may not read procedure steps"};
  if (!command_->is(CommandField::AttributesRq))
    return Status{status::kUnrecognizedOperation, "not an operation of this SOP class"};
  auto step = shared_.services.performed->read(asking(), command_->sop_instance);
  if (!step.ok()) return status_of_step(step.error());
  const auto& wanted = command_->attributes;
  if (!wanted.empty())
    std::erase_if(step->elements(), [&](const auto& entry) {
      return entry.first != kCharset && std::find(wanted.begin(), wanted.end(), entry.first) == wanted.end();
    });
  step->set_text({0x0008, 0x0016}, "UI", kPerformedStepClass);
  step->set_text({0x0008, 0x0018}, "UI", command_->sop_instance);
  Status out;
  out.identifier = rewrite(*step, contexts_[context_].second);
  return out;
}

}  // namespace xinglin::dimse
