// The quarantine: bytes that could not be taken in, kept as PS3.10 files with the reason, for an operator to
// look at. Thread-safe; private to core/archive.
#pragma once

#include <vector>

#include "core/archive/archive.h"

namespace xinglin::archive {

class Quarantine {
public:
  Quarantine(sql::Store& store, blob::BlobStore& blobs, const Clock& clock, trust::AuditLog& audit,
             journal::Journal& journal, int64_t entries_max)
      : store_(store),
        blobs_(blobs),
        clock_(clock),
        audit_(audit),
        journal_(journal),
        entries_max_(entries_max) {}

  // `head` is written before `bytes`: the meta information of a bare data set.
  Result<void> put(const trust::Access& access, std::string_view source, std::span<const uint8_t> head,
                   std::span<const uint8_t> bytes, const Error& reason, const LetGo& let_go = {});
  Result<std::vector<Quarantined>> list(int64_t limit);
  Result<Quarantined> find(int64_t id);
  Result<int64_t> count();

private:
  sql::Store& store_;
  blob::BlobStore& blobs_;
  const Clock& clock_;
  trust::AuditLog& audit_;
  journal::Journal& journal_;
  int64_t entries_max_;
};

}  // namespace xinglin::archive
