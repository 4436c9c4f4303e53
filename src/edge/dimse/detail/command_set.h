// DIMSE command sets (PS3.7 6.3 and E): the fields of the C and N services as a value, to and from implicit
// VR little endian bytes. Private to edge/dimse.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dimse {

enum class CommandField : uint16_t {
  StoreRq = 0x0001,
  StoreRsp = 0x8001,
  GetRq = 0x0010,
  GetRsp = 0x8010,
  FindRq = 0x0020,
  FindRsp = 0x8020,
  MoveRq = 0x0021,
  MoveRsp = 0x8021,
  EchoRq = 0x0030,
  EchoRsp = 0x8030,
  EventReportRq = 0x0100,
  EventReportRsp = 0x8100,
  AttributesRq = 0x0110,  // N-GET
  AttributesRsp = 0x8110,
  SetRq = 0x0120,
  SetRsp = 0x8120,
  ActionRq = 0x0130,
  ActionRsp = 0x8130,
  CreateRq = 0x0140,
  CreateRsp = 0x8140,
  Cancel = 0x0FFF
};
inline constexpr uint16_t kResponseBit = 0x8000, kNoDataSet = 0x0101;
inline constexpr size_t kCommandSetMax = 16 * 1024;

// Of C-MOVE and C-GET: what became of the sub-operations (PS3.7 9.1.4).
struct SubOperations {
  uint16_t remaining = 0, completed = 0, failed = 0, warning = 0;
};

struct CommandSet {
  uint16_t field = 0;
  uint16_t message_id = 0;  // of the request this is, or answers
  uint16_t status = 0;      // of a response
  bool has_data_set = false;
  std::string sop_class, sop_instance;  // affected or requested, as the service has it
  uint16_t type = 0;                    // of event or action; 0: none
  std::string error_comment;
  uint16_t error_id = 0;  // of a response; 0: none
  std::string move_destination;
  std::string move_originator;  // of C-STORE under C-MOVE, with the message id below
  uint16_t move_originator_message = 0;
  std::optional<SubOperations> sub_operations;
  std::vector<dicom::Tag> attributes;  // that an N-GET asks for; empty: all

  bool is(CommandField wanted) const { return field == static_cast<uint16_t>(wanted); }
  bool is_response() const { return (field & kResponseBit) != 0; }
};

Result<CommandSet> parse_command_set(std::span<const uint8_t> bytes);
std::vector<uint8_t> encode(const CommandSet& command);

}  // namespace xinglin::dimse
