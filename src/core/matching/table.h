// People from a table: CSV (RFC 4180; spaces around a value are passed over) with a line of column names. The
// columns are known by name, in any order: given_name, surname, street_number, address_1, address_2, suburb,
// postcode, state, date_of_birth, soc_sec_id, rec_id; or as FHIR has them: id, family, given, name,
// birthDate, gender, identifier, phone, email, line, city, district, postalCode, state. Others are passed
// over. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "core/matching/traits.h"

namespace xinglin::matching {

inline constexpr ErrorCode kNoTable{"matching.no-table", ErrorKind::Invalid,
                                    "the text is not a table of people"};
inline constexpr size_t kColumnsMax = 256, kCellMax = 16 * 1024;

struct Row {
  std::string id;  // of the column rec_id or id, else the number of the row from 1
  Traits traits;
};
struct Table {
  std::vector<Row> rows;
  std::vector<std::string> unknown_columns;
};
Result<Table> read_table(std::string_view csv);

}  // namespace xinglin::matching
