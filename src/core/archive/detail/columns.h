// Which attribute lies in which column of the index, level by level, and the rows read from them. Private to
// core/archive.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/archive/query.h"

namespace xinglin::archive {

struct Column {
  dicom::Tag tag;
  std::string_view vr;
  bool by_default;  // in PS3.18 10.6.3.3
};
inline constexpr size_t kColumnsMax = 16;
// Level is one of Study, Series, Instance. In the order of the SELECT lists of candidates.cpp.
std::span<const Column> columns_of(Level level);
std::optional<size_t> column_of(Level level, dicom::Tag tag);

// One row of a level: its key in the database and its texts; numbers are text too.
struct IndexRow {
  int64_t id = 0;
  std::array<std::string, kColumnsMax> values;
};
// Fills `row` from columns 0 (id) to the last of the level.
void read_row(const sql::Query& query, Level level, IndexRow& row);

inline constexpr dicom::Tag kStudyUidTag{0x0020, 0x000D}, kSeriesUidTag{0x0020, 0x000E},
    kSopInstanceUidTag{0x0008, 0x0018}, kPatientIdTag{0x0010, 0x0020}, kIssuerTag{0x0010, 0x0021},
    kPatientNameTag{0x0010, 0x0010}, kBirthDateTag{0x0010, 0x0030}, kAccessionTag{0x0008, 0x0050},
    kStudyDateTag{0x0008, 0x0020}, kStudyTimeTag{0x0008, 0x0030}, kModalitiesTag{0x0008, 0x0061},
    kModalityTag{0x0008, 0x0060}, kSeriesDateTag{0x0008, 0x0021}, kSeriesTimeTag{0x0008, 0x0031},
    kAvailabilityTag{0x0008, 0x0056};

std::string json_key(dicom::Tag tag);  // "0020000D"
// One attribute in the DICOM JSON model; `value` not empty.
json::object json_attribute(std::string_view vr, std::string_view value);

}  // namespace xinglin::archive
