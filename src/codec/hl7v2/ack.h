// Acknowledgements: builds ACK messages (MSH, MSA, ERR) in the separators, character set and version of the
// message they answer, and reads them back for clients and tests. Pure functions, thread-safe. HL7
// v2.5.1 2.9.2, 2.15.1 (MSA), 2.15.5 (ERR), table 0357 for codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/issue.h"
#include "base/time.h"
#include "codec/hl7v2/message.h"

namespace xinglin::hl7v2 {

enum class AckCode { AA, AE, AR };  // table 0008: accepted, error in the content, rejected
std::string_view to_string(AckCode code);

// Table 0357.
inline constexpr int kSegmentSequence = 100, kRequiredMissing = 101, kDataType = 102, kTableValue = 103,
                     kTooLong = 104, kWrongType = 200, kWrongEvent = 201, kWrongProcessing = 202,
                     kWrongVersion = 203, kUnknownKey = 204, kDuplicateKey = 205, kRecordLocked = 206,
                     kInternal = 207;
std::string_view condition_text(int code);

struct AckError {
  std::string location;  // as Location::str(); "" when it is about the whole message
  int code = kInternal;
  Severity severity = Severity::Error;
  std::string message;
};
// The issue's path must be a Location::str() or "".
AckError to_ack_error(const Issue& issue);

struct AckReply {
  AckCode code = AckCode::AA;
  std::vector<AckError> errors;  // at most 50 are written
  std::string control_id;        // MSH-10 of the acknowledgement
  Instant at;
};
std::vector<uint8_t> build_ack(const Header& to, const AckReply& reply);

struct Ack {
  AckCode code = AckCode::AE;
  std::string control_id;  // MSA-2
  std::vector<AckError> errors;
};
Result<Ack> parse_ack(std::span<const uint8_t> bytes);

}  // namespace xinglin::hl7v2
