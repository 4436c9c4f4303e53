// The corrections of a study as they are laid over what is given out: values replaced, and an item of the
// Original Attributes Sequence for each correction, in the order they were made (PS3.3 C.12.1.1.9). Private
// to core/archive.
#pragma once

#include <vector>

#include "core/archive/corrections.h"

namespace xinglin::archive {

using Overlay = std::vector<Correction>;  // oldest first, none of them undone

const Correctable* find_correctable(std::string_view keyword);
Correction correction_from(const sql::Query& row);
// The columns that correction_from() reads.
inline constexpr std::string_view kCorrectionColumns =
    "SELECT id, kind, at, who, why, changes, moved_from, moved_to, undone_at, undone_by, undone_why FROM "
    "archive_correction ";
Result<Overlay> load_overlay(sql::Session& session, const StudyUid& study);

void apply(const Overlay& overlay, dicom::DataSet& data_set);
// The same on the DICOM JSON model (PS3.18 F).
void apply(const Overlay& overlay, json::object& attributes);

}  // namespace xinglin::archive
