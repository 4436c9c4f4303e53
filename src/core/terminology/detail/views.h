// A code system, value set or concept map in a pack, with the pack kept alive: what the evaluation works on.
// Cheap to copy; views of nothing are false. Thread-safe, as packs never change.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/terminology/detail/pack.h"

namespace xinglin::terminology::detail {

// Shared because packs of the record are dropped from the cache while somebody still reads them; the built-in
// pack is held without counting.
using PackPointer = std::shared_ptr<const Pack>;

template <class Record>
struct View {
  PackPointer pack;
  const Record* record = nullptr;

  explicit operator bool() const { return record != nullptr; }
  std::string_view text(Ref ref) const { return pack->text(ref); }
  std::string_view url() const { return text(record->url); }
  std::string_view version() const { return text(record->version); }
};

struct SystemView : View<SystemRecord> {
  const ConceptRecord& at(uint32_t place) const {
    return pack->all<ConceptRecord>(Section::Concepts)[record->concepts.first + place];
  }
  uint32_t size() const { return record->concepts.count; }
  bool is_complete() const { return record->content == Content::Complete; }
  // The place of a code; kNone when it is not there.
  uint32_t find(std::string_view code) const;
  // Whether place is ancestor or below it.
  bool is_a(uint32_t place, uint32_t ancestor) const;
  std::vector<uint32_t> parents(uint32_t place) const;
  std::vector<uint32_t> children(uint32_t place) const;
  std::vector<uint32_t> at_or_above(uint32_t place) const;  // sorted
  std::vector<uint32_t> at_or_below(uint32_t place) const;  // sorted
};

struct SetView : View<SetRecord> {
  std::span<const IncludeRecord> includes() const {
    return pack->some<IncludeRecord>(Section::Includes, record->includes);
  }
  // The place of a code among those an include lists; kNone when it is not listed.
  uint32_t find_listed(const IncludeRecord& include, std::string_view code, bool ignores_case) const;
};

using MapView = View<MapRecord>;

std::vector<Designation> designations_of(const Pack& pack, Range range);
// The display in this language ("zh" finds "zh-CN" and the other way round); `display` when there is none.
std::string display_in(const Pack& pack, Range designations, std::string_view display,
                       std::string_view language);
bool same_code(std::string_view a, std::string_view b, bool ignores_case);

}  // namespace xinglin::terminology::detail
