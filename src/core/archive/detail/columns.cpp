#include "core/archive/detail/columns.h"

#include <algorithm>
#include <charconv>

#include "codec/dicom/dicom_json.h"
#include "core/archive/detail/match.h"

namespace xinglin::archive {

namespace {

constexpr Column kStudyColumns[] = {
    {{0x0020, 0x000D}, "UI", true},  {{0x0008, 0x0020}, "DA", true}, {{0x0008, 0x0030}, "TM", true},
    {{0x0008, 0x1030}, "LO", false}, {{0x0008, 0x0050}, "SH", true}, {{0x0020, 0x0010}, "SH", true},
    {{0x0008, 0x0090}, "PN", true},  {{0x0010, 0x0020}, "LO", true}, {{0x0010, 0x0021}, "LO", false},
    {{0x0010, 0x0010}, "PN", true},  {{0x0010, 0x0030}, "DA", true}, {{0x0010, 0x0040}, "CS", true},
    {{0x0008, 0x0061}, "CS", true},  {{0x0020, 0x1206}, "IS", true}, {{0x0020, 0x1208}, "IS", true},
};
constexpr Column kSeriesColumns[] = {
    {{0x0020, 0x000E}, "UI", true},  {{0x0008, 0x0060}, "CS", true},  {{0x0008, 0x103E}, "LO", true},
    {{0x0020, 0x0011}, "IS", true},  {{0x0018, 0x0015}, "CS", false}, {{0x0018, 0x1030}, "LO", false},
    {{0x0008, 0x1010}, "SH", false}, {{0x0008, 0x0021}, "DA", false}, {{0x0008, 0x0031}, "TM", false},
    {{0x0020, 0x1209}, "IS", true},
};
constexpr Column kInstanceColumns[] = {
    {{0x0008, 0x0018}, "UI", true}, {{0x0008, 0x0016}, "UI", true}, {{0x0008, 0x3002}, "UI", false},
    {{0x0020, 0x0013}, "IS", true}, {{0x0028, 0x0010}, "US", true}, {{0x0028, 0x0011}, "US", true},
    {{0x0028, 0x0100}, "US", true}, {{0x0028, 0x0008}, "IS", true},
};
static_assert(std::size(kStudyColumns) <= kColumnsMax);

}  // namespace

std::span<const Column> columns_of(Level level) {
  if (level == Level::Series) return kSeriesColumns;
  if (level == Level::Instance) return kInstanceColumns;
  return kStudyColumns;
}

std::optional<size_t> column_of(Level level, dicom::Tag tag) {
  const auto columns = columns_of(level);
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.tag == tag; });
  if (found == columns.end()) return std::nullopt;
  return static_cast<size_t>(found - columns.begin());
}

void read_row(const sql::Query& query, Level level, IndexRow& row) {
  row.id = query.integer(0);
  for (size_t i = 0; i < columns_of(level).size(); ++i) row.values[i] = query.text(static_cast<int>(i + 1));
}

std::string json_key(dicom::Tag tag) {
  const std::string text = tag.str();
  return text.substr(1, 4) + text.substr(6, 4);
}

json::object json_attribute(std::string_view vr, std::string_view value) {
  json::array values;
  for (const std::string& one : split_key(value)) {
    int64_t number = 0;
    const auto read = std::from_chars(one.data(), one.data() + one.size(), number);
    const bool numeric = (vr == "IS" || vr == "US") && read.ec == std::errc() && !one.empty() &&
                         read.ptr == one.data() + one.size();
    if (one.empty())
      values.emplace_back(nullptr);
    else if (vr == "PN")
      values.push_back(dicom::person_name(one));
    else if (numeric)
      values.emplace_back(number);
    else
      values.emplace_back(one);
  }
  return {{"vr", vr}, {"Value", std::move(values)}};
}

}  // namespace xinglin::archive
