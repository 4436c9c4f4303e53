#include "core/terminology/detail/pack.h"

#include <algorithm>

namespace xinglin::terminology::detail {

uint32_t Pack::search(Section section, Kind kind, std::string_view name) const {
  const auto names = all<NameRecord>(section);
  const auto before = [&](const NameRecord& record, std::string_view wanted) {
    if (record.kind != static_cast<uint32_t>(kind)) return record.kind < static_cast<uint32_t>(kind);
    return text(record.name) < wanted;
  };
  const auto found = std::lower_bound(names.begin(), names.end(), name, before);
  const bool same =
      found != names.end() && found->kind == static_cast<uint32_t>(kind) && text(found->name) == name;
  return same ? found->index : kNone;
}

}  // namespace xinglin::terminology::detail
