// The rules by which evidence completes a study. Reads rows, writes nothing; private to core/archive.
#pragma once

#include <optional>

#include "core/archive/life.h"

namespace xinglin::archive {

struct OpenStudy {
  int64_t id = 0;
  StudyUid uid;
  int64_t instances = 0;
  Instant last_received_at;
};

// What says that the study is complete at `now`; nullopt: not yet.
Result<std::optional<json::array>> evidence_of_end(sql::Session& session, const OpenStudy& study,
                                                   const StudyLife::Options& options, Instant now);

}  // namespace xinglin::archive
