// The ECG lead codes of DICOM CID 3001: IEEE 11073-10102 ("MDC", "2:1") and SCP-ECG ("SCPECG", "5.6.3-9-1")
// number the leads alike, so one table serves both.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace xinglin::waveform::detail {

struct LeadCode {
  int number = 0;            // the last part of both codes
  std::string_view name;     // "aVR"
  std::string_view meaning;  // "Lead aVR"
};

// By code value as written in an object; nullptr when the code is not a lead of the table.
const LeadCode* find_lead(std::string_view scheme, std::string_view code);
const LeadCode* find_lead_by_name(std::string_view name);
// The standard lead name inside free text such as "Lead aVR (augmented)" or "ECG Lead V1"; empty when there
// is none.
std::string lead_name_in_text(std::string_view text);

}  // namespace xinglin::waveform::detail
