// The one table from our errors to DIMSE status codes (PS3.7 annex C, PS3.4 B.2.3). Private to edge/dimse.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "edge/dimse/detail/command_set.h"

namespace xinglin::dimse {

namespace status {
inline constexpr uint16_t kSuccess = 0x0000, kProcessingFailure = 0x0110, kDuplicateInstance = 0x0111,
                          kInvalidAttributeValue = 0x0106, kAttributeListError = 0x0107,
                          kNoSuchInstance = 0x0112, kInvalidInstance = 0x0117, kMissingAttribute = 0x0120,
                          kMissingAttributeValue = 0x0121, kNoSuchEvent = 0x0113, kInvalidArgument = 0x0115,
                          kSopClassNotSupported = 0x0122, kNoSuchAction = 0x0123, kNotAuthorized = 0x0124,
                          kUnrecognizedOperation = 0x0211, kMistypedArgument = 0x0212,
                          kResourceLimitation = 0x0213, kOutOfResources = 0xA700, kNoMatches = 0xA701,
                          kNoSubOperations = 0xA702, kUnknownDestination = 0xA801, kDataSetMismatch = 0xA900,
                          kSomeFailed = 0xB000, kCannotUnderstand = 0xC000, kCancelled = 0xFE00,
                          kPending = 0xFF00, kPendingWithWarning = 0xFF01;
}

// Error IDs of PS3.4 table F.7.2-4.
namespace status {
inline constexpr uint16_t kMayNoLongerBeUpdated = 0xA710;
}

struct Status {
  uint16_t code = status::kSuccess;
  std::string comment;  // Error Comment (0000,0902): at most 64 characters, never patient data
  std::optional<SubOperations> sub_operations = {};
  uint16_t error_id = 0;                 // Error ID (0000,0903); 0: none
  std::vector<uint8_t> identifier = {};  // encoded; sent as data set of the response when not empty
};
Status status_of(const Error& error);

}  // namespace xinglin::dimse
