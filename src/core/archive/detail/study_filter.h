// What a person types into the filter of the study list, as keys of a search. Pure; private to core/archive.
#pragma once

#include "core/archive/studies.h"

namespace xinglin::archive {

Result<Query> query_of(const StudyFilter& filter);  // kBadKey

}  // namespace xinglin::archive
