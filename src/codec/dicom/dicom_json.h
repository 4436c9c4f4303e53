// DICOM JSON (PS3.18 F): a data set as JSON, for indexes and DICOMweb. Values longer than a limit, and pixel
// data, are given by a BulkDataURI, so that what is kept per instance stays small. The URI is relative to the
// instance: the tag, for a value in a sequence "sequence/item/tag" with items counted from 1. Pure functions.
#pragma once

#include "base/json.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

struct JsonOptions {
  size_t value_bytes_max = 1024;      // longer binary values and lists of numbers get a BulkDataURI
  size_t text_bytes_max = 64 * 1024;  // the same for text, where its VR allows it
  size_t items_max = 200;             // of one sequence; the rest is left out
  size_t elements_max = 5000;         // in all, over sequences
};
// The element that a relative BulkDataURI names; null when there is none.
const Element* find_bulk(const DataSet& data_set, std::string_view path);
json::object to_json(const DataSet& data_set, const JsonOptions& options = {});
// A person name as one value of the model (F.2.2): its groups Alphabetic, Ideographic and Phonetic, empty
// ones left out.
json::value person_name(std::string_view name);

}  // namespace xinglin::dicom
