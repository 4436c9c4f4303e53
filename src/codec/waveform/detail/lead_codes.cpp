#include "codec/waveform/detail/lead_codes.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace xinglin::waveform::detail {

namespace {

constexpr std::array kLeads = {
    LeadCode{1, "I", "Lead I"},
    LeadCode{2, "II", "Lead II"},
    LeadCode{3, "V1", "Lead V1"},
    LeadCode{4, "V2", "Lead V2"},
    LeadCode{5, "V3", "Lead V3"},
    LeadCode{6, "V4", "Lead V4"},
    LeadCode{7, "V5", "Lead V5"},
    LeadCode{8, "V6", "Lead V6"},
    LeadCode{9, "V7", "Lead V7"},
    LeadCode{10, "V2R", "Lead V2R"},
    LeadCode{11, "V3R", "Lead V3R"},
    LeadCode{12, "V4R", "Lead V4R"},
    LeadCode{13, "V5R", "Lead V5R"},
    LeadCode{14, "V6R", "Lead V6R"},
    LeadCode{15, "V7R", "Lead V7R"},
    LeadCode{16, "X", "Lead X"},
    LeadCode{17, "Y", "Lead Y"},
    LeadCode{18, "Z", "Lead Z"},
    LeadCode{61, "III", "Lead III"},
    LeadCode{62, "aVR", "Lead aVR"},
    LeadCode{63, "aVL", "Lead aVL"},
    LeadCode{64, "aVF", "Lead aVF"},
    LeadCode{65, "-aVR", "Lead -aVR"},
    LeadCode{66, "V8", "Lead V8"},
    LeadCode{67, "V9", "Lead V9"},
    LeadCode{68, "V8R", "Lead V8R"},
    LeadCode{69, "V9R", "Lead V9R"},
    LeadCode{70, "D", "Lead D (Nehb Dorsal)"},
    LeadCode{71, "A", "Lead A (Nehb Anterior)"},
    LeadCode{72, "J", "Lead J (Nehb Inferior)"},
};

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

}  // namespace

const LeadCode* find_lead(std::string_view scheme, std::string_view code) {
  std::string_view prefix;
  if (scheme == "MDC") prefix = "2:";
  if (scheme == "SCPECG") prefix = "5.6.3-9-";
  if (prefix.empty() || code.substr(0, prefix.size()) != prefix) return nullptr;
  const std::string_view digits = code.substr(prefix.size());
  int number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return nullptr;
  for (const LeadCode& lead : kLeads)
    if (lead.number == number) return &lead;
  return nullptr;
}

const LeadCode* find_lead_by_name(std::string_view name) {
  for (const LeadCode& lead : kLeads)
    if (same_ignoring_case(lead.name, name)) return &lead;
  return nullptr;
}

std::string lead_name_in_text(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t start = text.find_first_not_of(" ()_,;", at);
    if (start == std::string_view::npos) break;
    const size_t end = std::min(text.find_first_of(" ()_,;", start), text.size());
    const LeadCode* lead = find_lead_by_name(text.substr(start, end - start));
    // The Frank and Nehb leads are single letters, too short to be trusted inside free text.
    if (lead != nullptr && (lead->name.size() > 1 || lead->number == 1)) return std::string(lead->name);
    at = end;
  }
  return {};
}

}  // namespace xinglin::waveform::detail
