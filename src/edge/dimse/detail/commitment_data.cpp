#include "edge/dimse/detail/commitment_data.h"

#include "edge/dimse/detail/identifier.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

constexpr dicom::Tag kTransaction{0x0008, 0x1195}, kFailed{0x0008, 0x1198}, kReferenced{0x0008, 0x1199},
    kReason{0x0008, 0x1197}, kClass{0x0008, 0x1150}, kInstance{0x0008, 0x1155};

Result<void> take_items(const dicom::DataSet& data_set, dicom::Tag sequence, archive::CommitmentList& out) {
  for (const dicom::DataSet& item : data_set.items(sequence)) {
    archive::CommitmentItem one{SopClassUid(item.text(kClass)), SopInstanceUid(item.text(kInstance))};
    if (!dicom::is_valid_uid(one.sop_class.str()) || !dicom::is_valid_uid(one.sop_instance.str()))
      return Error(kBadIdentifier, "an item of " + sequence.str() + " does not name class and instance");
    if (sequence == kFailed) {
      const int64_t reason = item.integer(kReason).value_or(0);
      one.reason =
          reason == 0 ? archive::commitment_reason::kProcessingFailure : static_cast<uint16_t>(reason);
    }
    out.items.push_back(std::move(one));
  }
  return {};
}

}  // namespace

std::vector<uint8_t> encode_commitment(const archive::CommitmentList& list,
                                       const std::string& transfer_syntax) {
  dicom::DataSet out;
  out.set_text(kTransaction, "UI", list.transaction_uid);
  for (const archive::CommitmentItem& item : list.items) {
    const bool failed = item.reason != archive::commitment_reason::kCommitted;
    dicom::DataSet& made = out.add_item(failed ? kFailed : kReferenced);
    made.set_text(kClass, "UI", item.sop_class.str());
    made.set_text(kInstance, "UI", item.sop_instance.str());
    if (failed) made.set_integer(kReason, "US", {item.reason});
  }
  return encode_identifier(out, transfer_syntax, "");
}

uint16_t event_type_of(const archive::CommitmentList& answer) {
  return answer.all_committed() ? kCommitmentGiven : kCommitmentFailed;
}

Result<archive::CommitmentList> parse_commitment(std::span<const uint8_t> bytes,
                                                 const std::string& transfer_syntax) {
  dicom::Limits limits;
  limits.depth_max = 4;
  const auto parsed = dicom::parse_data_set(bytes, TransferSyntaxUid(transfer_syntax), limits);
  if (!parsed.ok()) return Error(kBadIdentifier, parsed.error().message());
  archive::CommitmentList out;
  out.transaction_uid = parsed->text(kTransaction);
  if (!dicom::is_valid_uid(out.transaction_uid))
    return Error(kBadIdentifier, "(0008,1195) is not a transaction UID");
  XL_CHECK(take_items(*parsed, kReferenced, out));
  XL_CHECK(take_items(*parsed, kFailed, out));
  if (out.items.empty()) return Error(kBadIdentifier, "no instance is named");
  return out;
}

}  // namespace xinglin::dimse
