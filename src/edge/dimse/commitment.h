// The two conversations about storage commitment that begin with us (PS3.4 J): telling a peer the answer to
// its request on an association of our own, in the role of SCP, and asking a peer to commit to what we sent
// it. Called by the jobs of the journal; blocking, with the time-outs of Scu.
#pragma once

#include <optional>

#include "core/archive/commitment.h"
#include "edge/dimse/scu.h"

namespace xinglin::dimse {

// kStatus: the peer did not take it. kNoContext: it does not know the service.
Result<void> report_commitment(Scu::Options to, const archive::CommitmentList& answer, const Clock& clock);
// Waits up to `patience_ms` for the answer; without one the peer has taken the request, and answers later on
// an association of its own.
Result<std::optional<archive::CommitmentList>> ask_commitment(const Scu::Options& to,
                                                              const archive::CommitmentList& request,
                                                              int patience_ms, const Clock& clock);

}  // namespace xinglin::dimse
