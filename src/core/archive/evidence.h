// Evidence of the end of a study (life.h) from rooms that learn of it: what a modality says that it made,
// what somebody announces, what a sender stored before it released its association. Kept by study UID, the
// newest of each kind; the study need not be here yet. Who calls has checked who says it.
#pragma once

#include <span>

#include "core/archive/life.h"

namespace xinglin::archive {

// Inside a transaction of the caller's.
Result<void> note_evidence(sql::Tx& tx, const StudyUid& study, const Evidence& evidence, Instant at);
// Association end, for the studies of these instances.
Result<void> note_association_end(sql::Store& store, std::span<const SopInstanceUid> stored, Instant at);

}  // namespace xinglin::archive
