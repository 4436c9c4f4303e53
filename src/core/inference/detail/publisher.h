// Publishes the end of a run: the structured report into the archive first (its UID follows from the
// inference id, so a second try finds it there), then in one durable write the inference row, the FHIR
// objects, the audit leaf and the event "inference.published" (or "inference.ended" when nothing is shown). A
// run whose row exists is never published again. Thread-safe.
#pragma once

#include <string>

#include "core/archive/archive.h"
#include "core/inference/catalog.h"
#include "core/inference/detail/case_builder.h"
#include "core/inference/detail/row.h"
#include "core/record/record.h"
#include "core/trust/audit_log.h"
#include "store/journal/journal.h"

namespace xinglin::inference::detail {

class Publisher {
public:
  Publisher(sql::Store& store, record::Record& record, archive::Archive& archive, journal::Journal& journal,
            trust::AuditLog& audit);

  // `row` holds the findings; state and references are set here.
  Result<void> publish(const trust::Access& access, const CatalogEntry& entry, const Assembled& assembled,
                       Row row) const;
  // For runs that ended without findings: state and reason are those of `row`.
  Result<void> record_end(const trust::Access& access, Row row) const;

private:
  Result<void> store_document(const trust::Access& access, const CatalogEntry& entry,
                              const Assembled& assembled, const Row& row) const;
  Result<void> drop_late_request(const CatalogEntry& entry, const Assembled& assembled, Row& row) const;
  Result<void> write_row(sql::Tx& tx, const trust::Access& access, const Row& row) const;

  sql::Store& store_;
  record::Record& record_;
  archive::Archive& archive_;
  journal::Journal& journal_;
  trust::AuditLog& audit_;
};

// Takes the Tasks that are still waiting to `status` with a reason; others are left as people set them.
Result<void> end_task(sql::Tx& tx, record::Record& record, const trust::Access& access,
                      const std::string& task_id, std::string_view status, std::string_view reason);

}  // namespace xinglin::inference::detail
