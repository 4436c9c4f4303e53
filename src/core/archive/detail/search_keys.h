// The keys of a search, each with the place of the index it is compared with. Private to core/archive.
#pragma once

#include <optional>
#include <vector>

#include "core/archive/detail/columns.h"
#include "core/archive/detail/match.h"

namespace xinglin::archive {

struct ColumnKey {
  size_t column = 0;
  std::string_view vr;
  std::string value;
};
struct DateTimeKey {  // a date and a time column compared as one
  size_t date = 0, time = 0;
  TextRange range;
};

struct SearchKeys {
  std::array<std::vector<ColumnKey>, 3> columns;       // Study, Series, Instance
  std::array<std::optional<DateTimeKey>, 2> combined;  // Study, Series
  std::vector<SearchKey> others;                       // compared with the attributes kept of an instance
  std::vector<dicom::Tag> not_matched;

  bool match(Level level, const IndexRow& row, bool fuzzy) const;
  bool match_others(const json::object& attributes, bool fuzzy) const;
};

// kBadKey, kTooManyKeys.
Result<SearchKeys> sort_keys(const Query& query, const SearchLimits& limits);

// True for attributes of patient and study, which any instance of the study can answer.
bool is_of_study(dicom::Tag tag);

}  // namespace xinglin::archive
