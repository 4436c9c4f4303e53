// Errors and issues as acknowledgements: the one table from our codes to HL7 table 0357.
#include <algorithm>

#include "service/intake/detail/hl7_incoming.h"

namespace xinglin::intake::detail {
namespace {

// MSH-10 of our answer: different for each message and each time it comes, and at most 20 characters (v2.5).
std::string control_id(const Digest& digest, Instant at) {
  std::string seed = to_hex(digest);
  seed += std::to_string(at.us);
  const Digest mixed = sha256(seed);
  return to_hex(std::span(mixed).first(10));
}

struct Refusal {
  const ErrorCode* code;
  std::string_view location;
  int condition;
};
constexpr Refusal kRefusals[] = {{&hl7v2::kUnsupportedType, "MSH^1^9^1^1", hl7v2::kWrongType},
                                 {&hl7v2::kUnsupportedEvent, "MSH^1^9^1^2", hl7v2::kWrongEvent},
                                 {&hl7v2::kUnsupportedVersion, "MSH^1^12", hl7v2::kWrongVersion},
                                 {&hl7v2::kUnsupportedProcessing, "MSH^1^11", hl7v2::kWrongProcessing},
                                 {&hl7v2::kBadCharset, "MSH^1^18", hl7v2::kTableValue},
                                 {&hl7v2::kBadSeparators, "MSH^1^2", hl7v2::kDataType},
                                 {&hl7v2::kOverLimit, "", hl7v2::kTooLong},
                                 {&hl7v2::kNotHl7, "", hl7v2::kSegmentSequence},
                                 {&hl7v2::kBadSegment, "", hl7v2::kSegmentSequence},
                                 {&hl7v2::kSecondHeader, "", hl7v2::kSegmentSequence}};

}  // namespace

hl7v2::AckError refusal_of(const Error& error) {
  for (const Refusal& r : kRefusals)
    if (error.is(*r.code)) return {std::string(r.location), r.condition, Severity::Error, error.message()};
  if (error.kind() == ErrorKind::Busy)
    return {"", hl7v2::kInternal, Severity::Error,
            "busy: too many messages are waiting; send this one again later"};
  if (error.kind() == ErrorKind::Denied)
    return {"", hl7v2::kInternal, Severity::Error, "this sender may not send messages"};
  return {"", hl7v2::kInternal, Severity::Error, "the message could not be stored; send it again later"};
}

Acknowledgement refuse(const hl7v2::Header& header, const Digest& digest, Instant at,
                       const hl7v2::AckError& error) {
  hl7v2::AckReply reply;
  reply.code = AckCode::AR;
  reply.at = at;
  reply.control_id = control_id(digest, at);
  reply.errors.push_back(error);
  return {AckCode::AR, hl7v2::build_ack(header, reply)};
}

Acknowledgement answer(const Incoming& message, AckCode code, const IssueSink& issues) {
  hl7v2::AckReply reply;
  reply.code = code;
  reply.at = message.received_at;
  reply.control_id = control_id(message.digest, message.received_at);
  for (const Issue& issue : issues.issues()) reply.errors.push_back(hl7v2::to_ack_error(issue));
  // Errors first: an answer holds a limited number, and the first is the one that is shown.
  std::stable_sort(
      reply.errors.begin(), reply.errors.end(),
      [](const hl7v2::AckError& a, const hl7v2::AckError& b) { return a.severity > b.severity; });
  return {code, hl7v2::build_ack(message.header, reply)};
}

std::string first_issue(const IssueSink& issues) {
  const Issue* first = nullptr;
  for (const Issue& issue : issues.issues())
    if (first == nullptr || issue.severity > first->severity) first = &issue;
  if (first == nullptr) return {};
  return (first->path.empty() ? "" : first->path + ": ") + first->message;
}

}  // namespace xinglin::intake::detail
