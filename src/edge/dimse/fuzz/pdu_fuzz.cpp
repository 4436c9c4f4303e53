// Any bytes given to the parsers of association PDUs, command sets and identifiers; what a request asks is
// also negotiated, and what an identifier asks is answered.
#include <cstdlib>
#include <span>

#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/commitment_data.h"
#include "edge/dimse/detail/negotiation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  if (size == 0) return 0;
  const std::span<const uint8_t> rest(data + 1, size - 1);
  switch (data[0] & 7) {
    case 0:
      if (const auto request = dimse::parse_associate_rq(rest)) {
        const auto answer =
            dimse::negotiate(*request, dimse::Scp::Options{}, {true, true, true, true, true, true, true});
        if (const auto* accepted = std::get_if<dimse::AssociateAc>(&answer)) {
          const auto bytes = dimse::encode(*accepted);
          if (!dimse::parse_associate_ac(std::span(bytes).subspan(dimse::kPduHeader))) std::abort();
        }
        static_cast<void>(dimse::encode(*request));
      }
      break;
    case 1:
      static_cast<void>(dimse::parse_associate_ac(rest));
      break;
    case 2:
      static_cast<void>(dimse::parse_associate_rj(rest));
      break;
    case 4:
    case 5: {
      const char* syntax = (data[0] & 1) == 0 ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.2";
      for (const char* model : {"1.2.840.10008.5.1.4.1.2.1.1", "1.2.840.10008.5.1.4.31"}) {
        const auto asked = dimse::parse_identifier(rest, syntax, *dimse::find_query_class(model), {});
        if (asked)
          static_cast<void>(
              dimse::encode_identifier(dimse::answer_of(*asked, {}, "X"), syntax, asked->charset));
      }
      break;
    }
    case 6:
      if (const auto list = dimse::parse_commitment(rest, "1.2.840.10008.1.2")) {
        const auto bytes = dimse::encode_commitment(*list, "1.2.840.10008.1.2");
        const auto again = dimse::parse_commitment(bytes, "1.2.840.10008.1.2");
        if (!again || again->items.size() != list->items.size()) std::abort();
      }
      break;
    default:
      if (const auto command = dimse::parse_command_set(rest)) static_cast<void>(dimse::encode(*command));
  }
  return 0;
}
