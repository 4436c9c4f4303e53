#include <algorithm>
#include <array>

#include "codec/dicom/data_set.h"
#include "codec/dicom/detail/transfer_syntax.h"

namespace xinglin::dicom {

namespace {

// PS3.6 table A-1, retired ones included: what was written once must still be received.
constexpr auto kTransferSyntaxes = std::to_array<std::string_view>({
    "1.2.840.10008.1.2",         "1.2.840.10008.1.2.1",       "1.2.840.10008.1.2.1.98",
    "1.2.840.10008.1.2.1.99",    "1.2.840.10008.1.2.2",       "1.2.840.10008.1.2.4.50",
    "1.2.840.10008.1.2.4.51",    "1.2.840.10008.1.2.4.52",    "1.2.840.10008.1.2.4.53",
    "1.2.840.10008.1.2.4.54",    "1.2.840.10008.1.2.4.55",    "1.2.840.10008.1.2.4.56",
    "1.2.840.10008.1.2.4.57",    "1.2.840.10008.1.2.4.58",    "1.2.840.10008.1.2.4.59",
    "1.2.840.10008.1.2.4.60",    "1.2.840.10008.1.2.4.61",    "1.2.840.10008.1.2.4.62",
    "1.2.840.10008.1.2.4.63",    "1.2.840.10008.1.2.4.64",    "1.2.840.10008.1.2.4.65",
    "1.2.840.10008.1.2.4.66",    "1.2.840.10008.1.2.4.70",    "1.2.840.10008.1.2.4.80",
    "1.2.840.10008.1.2.4.81",    "1.2.840.10008.1.2.4.90",    "1.2.840.10008.1.2.4.91",
    "1.2.840.10008.1.2.4.92",    "1.2.840.10008.1.2.4.93",    "1.2.840.10008.1.2.4.94",
    "1.2.840.10008.1.2.4.95",    "1.2.840.10008.1.2.4.100",   "1.2.840.10008.1.2.4.100.1",
    "1.2.840.10008.1.2.4.101",   "1.2.840.10008.1.2.4.101.1", "1.2.840.10008.1.2.4.102",
    "1.2.840.10008.1.2.4.102.1", "1.2.840.10008.1.2.4.103",   "1.2.840.10008.1.2.4.103.1",
    "1.2.840.10008.1.2.4.104",   "1.2.840.10008.1.2.4.104.1", "1.2.840.10008.1.2.4.105",
    "1.2.840.10008.1.2.4.105.1", "1.2.840.10008.1.2.4.106",   "1.2.840.10008.1.2.4.106.1",
    "1.2.840.10008.1.2.4.107",   "1.2.840.10008.1.2.4.108",   "1.2.840.10008.1.2.4.110",
    "1.2.840.10008.1.2.4.111",   "1.2.840.10008.1.2.4.112",   "1.2.840.10008.1.2.4.201",
    "1.2.840.10008.1.2.4.202",   "1.2.840.10008.1.2.4.203",   "1.2.840.10008.1.2.4.204",
    "1.2.840.10008.1.2.4.205",   "1.2.840.10008.1.2.5",       "1.2.840.10008.1.2.6.1",
    "1.2.840.10008.1.2.8.1",
});

bool is_uid_text(std::string_view uid) {
  return !uid.empty() && uid.size() <= 64 &&
         std::all_of(uid.begin(), uid.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

std::span<const std::string_view> known_transfer_syntaxes() {
  return kTransferSyntaxes;
}

bool is_known_transfer_syntax(std::string_view uid) {
  return std::find(kTransferSyntaxes.begin(), kTransferSyntaxes.end(), uid) != kTransferSyntaxes.end();
}

std::optional<detail::Syntax> detail::syntax_of(std::string_view uid) {
  if (!is_known_transfer_syntax(uid)) return std::nullopt;
  if (uid == "1.2.840.10008.1.2") return Syntax{{false, false}, false};
  if (uid == "1.2.840.10008.1.2.2") return Syntax{{true, true}, false};
  const bool deflated =
      uid == "1.2.840.10008.1.2.1.99" || uid == "1.2.840.10008.1.2.4.95" || uid == "1.2.840.10008.1.2.4.205";
  return Syntax{{true, false}, deflated};
}

bool is_valid_uid(std::string_view uid) {
  if (!is_uid_text(uid)) return false;
  for (size_t start = 0; start <= uid.size();) {
    const size_t cut = std::min(uid.find('.', start), uid.size());
    const std::string_view component = uid.substr(start, cut - start);
    if (component.empty() || (component.size() > 1 && component.front() == '0')) return false;
    start = cut + 1;
  }
  return true;
}

}  // namespace xinglin::dicom
