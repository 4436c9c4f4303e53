// Any bytes given to the parsers of association PDUs and command sets; what a request asks is also
// negotiated.
#include <cstdlib>
#include <span>

#include "edge/dimse/detail/command_set.h"
#include "edge/dimse/detail/negotiation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace xinglin;
  if (size == 0) return 0;
  const std::span<const uint8_t> rest(data + 1, size - 1);
  switch (data[0] & 3) {
    case 0:
      if (const auto request = dimse::parse_associate_rq(rest)) {
        const auto answer = dimse::negotiate(*request, dimse::Scp::Options{});
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
    default:
      if (const auto command = dimse::parse_command_set(rest)) static_cast<void>(dimse::encode(*command));
  }
  return 0;
}
