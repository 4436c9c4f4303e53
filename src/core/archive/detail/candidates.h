// Which studies a search looks at, and in which order: one key of the search leads, through an index of its
// own, and the rest is compared row by row. Without a leading key the newest studies come first. Every
// statement is answered from an index in the order wanted, which a test checks. Private to core/archive.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/archive/detail/columns.h"

namespace xinglin::archive {

enum class Lead { Ids, PatientId, Accession, Name, BirthDate, ModalityDate, Date };

struct Plan {
  Lead lead = Lead::Date;
  std::string first, last;   // of the leading index; `last` itself is left out, but for dates
  std::string modality;      // of ModalityDate
  std::vector<int64_t> ids;  // of Ids, ascending
};

// A date range is taken to be narrower than a name when it is not longer than this.
inline constexpr int64_t kShortRangeDays = 31;

Result<Plan> make_plan(sql::Session& session, const Query& query);

// Calls `visit` with each study of the plan, starting with the study `from` (0: with the first), until it
// returns false.
using Visit = std::function<Result<bool>(const IndexRow& study)>;
Result<void> visit_studies(sql::Session& session, const Plan& plan, int64_t from, const Visit& visit);

// Series of a study, instances of a series, in the order they came, with ids from `from` on.
Result<void> visit_children(sql::Session& session, Level level, int64_t parent, int64_t from,
                            const Visit& visit);
// The row with this UID when it lies under `parent`.
Result<std::optional<IndexRow>> child_with_uid(sql::Session& session, Level level, int64_t parent,
                                               const std::string& uid);

// The key of `query` at the top level with this tag and a value that is not universal; or nullptr.
const SearchKey* key_with(const Query& query, dicom::Tag tag);

std::vector<std::string> search_statements();  // all that are used here, for the test of their plans

}  // namespace xinglin::archive
