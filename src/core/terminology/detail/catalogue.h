// What the database holds of terminology: which resources and loaded systems there are, and their content as
// packs. Reads only; each call is one snapshot.
#pragma once

#include <string>
#include <vector>

#include "core/terminology/detail/pack.h"
#include "core/terminology/errors.h"
#include "store/sql/store.h"

namespace xinglin::terminology::detail {

struct CatalogueRow {
  Kind kind = Kind::CodeSystem;
  std::string url, version, id;
  int64_t loaded = 0;  // of a system loaded from a file: its row; 0 for a resource of the record
};

struct Catalogue {
  int64_t generation = 0;
  std::vector<CatalogueRow> rows;  // those of the record first, then by version from new to old
};

Result<int64_t> read_generation(sql::Session& session);
Result<Catalogue> read_catalogue(sql::Session& session);
// A pack of one member. kUnknownSystem when it is gone.
Result<std::vector<uint64_t>> read_pack(sql::Session& session, const CatalogueRow& row);
// Orders versions: numbers within them by value, "2.10" above "2.9".
bool version_less(std::string_view a, std::string_view b);

}  // namespace xinglin::terminology::detail
