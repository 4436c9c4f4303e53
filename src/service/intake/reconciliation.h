// Reconciliation: studies go out under the patient they belong to. move() gives a study to another patient by
// hand; a merge of patients (HL7 A40, or a conflict decided) is followed by every study it moved, until it is
// undone. What the images say is overlaid by what the Patient of the record says, never changed
// (core/archive/corrections.h). Built by main before the journal starts. Thread-safe. IHE PIR.
#pragma once

#include "core/archive/corrections.h"
#include "core/identity/identity.h"
#include "core/record/record.h"
#include "store/journal/journal.h"

namespace xinglin::intake {

class Reconciliation {
public:
  // Registers the queue "reconciliation" and its route.
  Reconciliation(archive::Corrections& corrections, record::Record& record, identity::Identity& identity,
                 journal::Journal& journal);

  // The id of the correction. Access needs WriteClinical and ReadClinical; record::kNoResource when there is
  // no such patient, archive::kBadCorrection when they have no number or were merged into another.
  Result<int64_t> move(const trust::Access& access, const StudyUid& study, const PatientId& patient,
                       const std::string& why);

private:
  Result<void> follow(const journal::Job& job);

  archive::Corrections& corrections_;
  record::Record& record_;
  identity::Identity& identity_;
};

}  // namespace xinglin::intake
