// The data sets of storage commitment (PS3.4 J.3): what N-ACTION asks and N-EVENT-REPORT tells. Pure; private
// to edge/dimse.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/archive/commitment.h"

namespace xinglin::dimse {

inline constexpr std::string_view kCommitmentClass = "1.2.840.10008.1.20.1",
                                  kCommitmentInstance = "1.2.840.10008.1.20.1.1";
inline constexpr uint16_t kRequestCommitment = 1;                       // action type
inline constexpr uint16_t kCommitmentGiven = 1, kCommitmentFailed = 2;  // event types

std::vector<uint8_t> encode_commitment(const archive::CommitmentList& list,
                                       const std::string& transfer_syntax);
uint16_t event_type_of(const archive::CommitmentList& answer);
// `ae_title` is left to the caller. kBadIdentifier: unreadable, or not what PS3.4 J.3 asks for.
Result<archive::CommitmentList> parse_commitment(std::span<const uint8_t> bytes,
                                                 const std::string& transfer_syntax);

}  // namespace xinglin::dimse
