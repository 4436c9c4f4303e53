// How long a study must be kept. Pure; private to core/archive. Civil dates, as YYYYMMDD; the law of the
// place decides the figures (docs/study-life.md).
#pragma once

#include <string>

#include "core/archive/deletion.h"

namespace xinglin::archive {

// The first day on which the study may be deleted. A study without a date counts from the day it was received
// on. Who was under age then, or whose birth date is not known, is kept as a minor: born on the day of the
// study at the latest.
std::string kept_until(const RetentionRule& rule, const std::string& study_date,
                       const std::string& received_date, const std::string& birth_date);

}  // namespace xinglin::archive
