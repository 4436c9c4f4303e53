// How the reader tells items which character set their data set declares. Private to codec/dicom.
#pragma once

#include <string>

#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

struct CharsetAccess {
  // Sets what applies where nothing is declared, for `data_set` and, with what it declares itself, for its
  // items.
  static void inherit(DataSet& data_set, const std::string& terms);
};

}  // namespace xinglin::dicom
