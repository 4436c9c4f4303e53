#include "edge/dimse/detail/command_set.h"

#include "codec/dicom/data_set.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint16_t kGroupLength = 0x0000, kSopClass = 0x0002, kRequestedClass = 0x0003, kField = 0x0100,
                   kMessageId = 0x0110, kResponded = 0x0120, kPriority = 0x0700, kDataSetType = 0x0800,
                   kStatusTag = 0x0900, kComment = 0x0902, kSopInstance = 0x1000, kDestination = 0x0600,
                   kRemaining = 0x1020, kCompleted = 0x1021, kFailed = 0x1022, kWarning = 0x1023,
                   kOriginator = 0x1030, kOriginatorMessage = 0x1031, kRequestedInstance = 0x1001,
                   kErrorId = 0x0903, kEventType = 0x1002, kActionType = 0x1008, kAttributes = 0x1005;

void put_element(Bytes& out, uint16_t element, std::span<const uint8_t> value) {
  const auto length = static_cast<uint32_t>(value.size());
  out.insert(out.end(), {0, 0, static_cast<uint8_t>(element), static_cast<uint8_t>(element >> 8)});
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<uint8_t>(length >> (8 * i)));
  out.insert(out.end(), value.begin(), value.end());
}
void put16(Bytes& out, uint16_t element, uint16_t v) {
  const uint8_t value[2] = {static_cast<uint8_t>(v), static_cast<uint8_t>(v >> 8)};
  put_element(out, element, value);
}
bool has_priority(const CommandSet& command) {
  return command.is(CommandField::StoreRq) || command.is(CommandField::FindRq) ||
         command.is(CommandField::MoveRq) || command.is(CommandField::GetRq);
}
void put_text(Bytes& out, uint16_t element, std::string text, char padding) {
  if (text.empty()) return;
  if (text.size() & 1) text += padding;
  put_element(out, element, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace

Result<CommandSet> parse_command_set(std::span<const uint8_t> bytes) {
  if (bytes.size() > kCommandSetMax) return Error(kBadCommand, "the command set is too long");
  dicom::Limits limits;
  limits.depth_max = 1;
  limits.elements_max = 64;
  static const TransferSyntaxUid kImplicit("1.2.840.10008.1.2");
  const auto parsed = dicom::parse_data_set(bytes, kImplicit, limits);
  if (!parsed) return Error(kBadCommand, "the command set cannot be read: " + parsed.error().message());
  const auto number = [&](uint16_t element) { return parsed->integer({0, element}); };
  const auto field = number(kField);
  if (!field) return Error(kBadCommand, "the command set has no command field");
  CommandSet out;
  out.field = static_cast<uint16_t>(*field);
  const auto id = number(out.is_response() || out.is(CommandField::Cancel) ? kResponded : kMessageId);
  if (!id && !out.is(CommandField::Cancel)) return Error(kBadCommand, "the command set has no message id");
  out.message_id = static_cast<uint16_t>(id.value_or(0));
  out.has_data_set = number(kDataSetType).value_or(kNoDataSet) != kNoDataSet;
  out.status = static_cast<uint16_t>(number(kStatusTag).value_or(0));
  out.sop_class = parsed->text({0, kSopClass});
  if (out.sop_class.empty()) out.sop_class = parsed->text({0, kRequestedClass});
  out.sop_instance = parsed->text({0, kSopInstance});
  if (out.sop_instance.empty()) out.sop_instance = parsed->text({0, kRequestedInstance});
  out.type = static_cast<uint16_t>(number(kEventType).value_or(number(kActionType).value_or(0)));
  out.error_comment = parsed->text({0, kComment});
  out.error_id = static_cast<uint16_t>(number(kErrorId).value_or(0));
  out.move_destination = parsed->text({0, kDestination});
  out.move_originator = parsed->text({0, kOriginator});
  out.move_originator_message = static_cast<uint16_t>(number(kOriginatorMessage).value_or(0));
  if (const auto* list = parsed->find({0, kAttributes})) {
    const std::span<const uint8_t> tags = list->value;
    for (size_t at = 0; at + 4 <= tags.size(); at += 4)
      out.attributes.push_back({static_cast<uint16_t>(tags[at] | tags[at + 1] << 8),
                                static_cast<uint16_t>(tags[at + 2] | tags[at + 3] << 8)});
  }
  if (const auto completed = number(kCompleted)) {
    const auto count = [&](uint16_t element) { return static_cast<uint16_t>(number(element).value_or(0)); };
    out.sub_operations =
        SubOperations{count(kRemaining), static_cast<uint16_t>(*completed), count(kFailed), count(kWarning)};
  }
  return out;
}

std::vector<uint8_t> encode(const CommandSet& command) {
  Bytes body;
  // What is to be read or changed is requested, what is made or told is affected (PS3.7 10.3).
  const bool requests = command.is(CommandField::SetRq) || command.is(CommandField::ActionRq) ||
                        command.is(CommandField::AttributesRq);
  put_text(body, requests ? kRequestedClass : kSopClass, command.sop_class, '\0');
  put16(body, kField, command.field);
  const bool answers = command.is_response() || command.is(CommandField::Cancel);
  put16(body, answers ? kResponded : kMessageId, command.message_id);
  put_text(body, kDestination, command.move_destination, ' ');
  if (!answers && has_priority(command)) put16(body, kPriority, 0);
  put16(body, kDataSetType, command.has_data_set ? 0x0001 : kNoDataSet);
  if (command.is_response()) {
    put16(body, kStatusTag, command.status);
    put_text(body, kComment, command.error_comment.substr(0, 64), ' ');
    if (command.error_id != 0) put16(body, kErrorId, command.error_id);
  }
  put_text(body, requests ? kRequestedInstance : kSopInstance, command.sop_instance, '\0');
  const bool is_event = command.is(CommandField::EventReportRq) || command.is(CommandField::EventReportRsp);
  if (command.type != 0) put16(body, is_event ? kEventType : kActionType, command.type);
  if (!command.attributes.empty()) {
    Bytes tags;
    for (const dicom::Tag tag : command.attributes)
      for (const uint16_t part : {tag.group, tag.element})
        tags.insert(tags.end(), {static_cast<uint8_t>(part), static_cast<uint8_t>(part >> 8)});
    put_element(body, kAttributes, tags);
  }
  if (command.sub_operations) {
    const SubOperations& counts = *command.sub_operations;
    // Remaining is told while the operation goes on, and when it was cancelled (PS3.7 9.3.4.2).
    if (command.status == 0xFF00 || command.status == 0xFE00) put16(body, kRemaining, counts.remaining);
    put16(body, kCompleted, counts.completed);
    put16(body, kFailed, counts.failed);
    put16(body, kWarning, counts.warning);
  }
  if (!command.move_originator.empty()) {
    put_text(body, kOriginator, command.move_originator, ' ');
    put16(body, kOriginatorMessage, command.move_originator_message);
  }
  Bytes out;
  const auto length = static_cast<uint32_t>(body.size());
  const uint8_t value[4] = {static_cast<uint8_t>(length), static_cast<uint8_t>(length >> 8),
                            static_cast<uint8_t>(length >> 16), static_cast<uint8_t>(length >> 24)};
  put_element(out, kGroupLength, value);
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

}  // namespace xinglin::dimse
