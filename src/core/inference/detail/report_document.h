// What an application said, as a DICOM Comprehensive SR about the object it read: language, observing device,
// the object, one item per finding (numbers with unit, codes, text; "cannot tell" as a number without value
// and its reason) and the conclusion. PS3.16 TID 1204 (language), 1004 (device observer). Pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "core/inference/catalog.h"
#include "core/inference/detail/case_builder.h"
#include "core/inference/detail/row.h"

namespace xinglin::inference::detail {

// A PS3.10 file whose SOP Instance UID is row.references.sr. `evidence` must be there (asserted).
std::vector<uint8_t> make_report_document(const CatalogEntry& entry, const Assembled& assembled,
                                          const Row& row);

}  // namespace xinglin::inference::detail
