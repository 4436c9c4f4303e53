// The DICOM JSON of instances in the index: packed, as the images of a series say mostly the same. Private to
// core/archive.
#pragma once

#include <string>
#include <string_view>

#include "store/sql/store.h"

namespace xinglin::archive {

Result<void> insert_attributes(sql::Tx& tx, int64_t instance, int64_t series, std::string_view json);

// Reads one after another; what the instances of a series share is read once. Belongs to the session.
class AttributesReader {
public:
  explicit AttributesReader(sql::Session& session) : session_(session) {}
  Result<std::string> of_uid(std::string_view sop_instance);  // kNoInstance
  Result<std::string> of_id(int64_t instance);                // "" when there are none
  Result<std::string> of_first_in_series(int64_t series);
  Result<std::string> of_first_in_study(int64_t study);

private:
  Result<std::string> take(sql::Query row);
  sql::Session& session_;
  int64_t series_ = 0;
  std::string header_;  // of series_
};

}  // namespace xinglin::archive
