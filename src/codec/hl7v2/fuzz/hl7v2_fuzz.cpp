// Any bytes: parse, read every part, answer. Whatever parses must be answerable.
#include <cstddef>
#include <cstdint>

#include "codec/hl7v2/ack.h"
#include "codec/hl7v2/message.h"
#include "codec/hl7v2/to_fhir.h"

namespace hl7v2 = xinglin::hl7v2;

namespace {

size_t walk(const hl7v2::Message& message) {
  size_t total = 0;
  for (size_t i = 0; i < message.size(); ++i) {
    const hl7v2::Segment segment = message.segment(i);
    for (int f = 1; f <= segment.field_count(); ++f) {
      for (const hl7v2::Repetition& r : segment.field(f).repetitions()) {
        total += r.str().size();
        for (int c = 1; c <= 3; ++c)
          total += r.component(c).str().size() + r.component(c).subcomponent(2).str().size();
      }
    }
  }
  return total;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> bytes(data, size);
  hl7v2::AckReply reply;
  reply.code = hl7v2::AckCode::AE;
  reply.control_id = "1";
  reply.errors.push_back({"PID^1^3^1", hl7v2::kRequiredMissing, xinglin::Severity::Error, "why | not"});
  const auto message = hl7v2::parse(bytes);
  if (message) {
    walk(*message);
    hl7v2::MapOptions options;
    options.processing_ids_accepted = "PTD";
    options.system_of_authority = [](std::string_view name, std::string_view, std::string_view) {
      return "urn:test:" + std::string(name);
    };
    xinglin::IssueSink issues;
    if (const auto mapped = hl7v2::map_to_fhir(*message, options, issues);
        mapped.ok() && !issues.has_errors())
      for (const auto& group : mapped->groups)
        if (group.patient.identifiers.empty()) __builtin_trap();
    const auto ack = hl7v2::build_ack(message->header(), reply);
    if (!hl7v2::parse_ack(ack)) __builtin_trap();
  } else {
    const auto ack = hl7v2::build_ack(hl7v2::read_header(bytes), reply);
    if (!hl7v2::parse_ack(ack)) __builtin_trap();
  }
  return 0;
}
