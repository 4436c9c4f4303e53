// DICOM JSON (PS3.18 F): a data set as JSON, for indexes and DICOMweb. Values longer than a limit are left
// out, so that what is kept per instance stays small; pixel data never goes in. Pure functions.
#pragma once

#include "base/json.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

struct JsonOptions {
  size_t value_bytes_max = 1024;  // longer binary values are left out: {"vr":"OW"}
  size_t items_max = 200;         // of one sequence; the rest is left out
  size_t elements_max = 5000;     // in all, over sequences
};
json::object to_json(const DataSet& data_set, const JsonOptions& options = {});

}  // namespace xinglin::dicom
