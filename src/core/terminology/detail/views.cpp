#include "core/terminology/detail/views.h"

#include <algorithm>

#include "core/terminology/detail/pack_writer.h"

namespace xinglin::terminology::detail {

namespace {

// The place of `key` in an order of places sorted by the text that `text_at` gives; kNone when it is not
// there.
template <class F>
uint32_t search(std::span<const uint32_t> order, std::string_view key, F text_at) {
  const auto found =
      std::lower_bound(order.begin(), order.end(), key,
                       [&](uint32_t place, std::string_view wanted) { return text_at(place) < wanted; });
  return found != order.end() && text_at(*found) == key ? *found : kNone;
}

bool speaks(std::string_view have, std::string_view wanted) {
  const std::string a = lower(have), b = lower(wanted);
  return a == b || (a.size() > b.size() && a.starts_with(b) && a[b.size()] == '-') ||
         (b.size() > a.size() && !a.empty() && b.starts_with(a) && b[a.size()] == '-');
}

}  // namespace

bool same_code(std::string_view a, std::string_view b, bool ignores_case) {
  return a == b || (ignores_case && a.size() == b.size() && lower(a) == lower(b));
}

uint32_t SystemView::find(std::string_view code) const {
  const auto code_at = [this](uint32_t place) { return text(at(place).code); };
  const uint32_t found = search(pack->index(record->by_code, size()), code, code_at);
  if (found != kNone || record->by_lower == kNone) return found;
  return search(pack->index(record->by_lower, size()), lower(code),
                [&](uint32_t place) { return lower(code_at(place)); });
}

bool SystemView::is_a(uint32_t place, uint32_t ancestor) const {
  if (place >= ancestor && place < at(ancestor).end) return true;
  if ((record->flags & kManyParents) == 0) return false;
  const std::vector<uint32_t> above = at_or_above(place);
  return std::binary_search(above.begin(), above.end(), ancestor);
}

std::vector<uint32_t> SystemView::parents(uint32_t place) const {
  std::vector<uint32_t> out;
  const ConceptRecord& concept_record = at(place);
  if (concept_record.parent != kNone) out.push_back(concept_record.parent);
  for (const uint32_t parent :
       pack->index(concept_record.more_parents.first, concept_record.more_parents.count))
    out.push_back(parent);
  return out;
}

std::vector<uint32_t> SystemView::children(uint32_t place) const {
  std::vector<uint32_t> out;
  for (uint32_t child = place + 1; child < at(place).end; child = at(child).end) out.push_back(child);
  if ((record->flags & kManyParents) == 0) return out;
  for (uint32_t other = 0; other < size(); ++other) {
    const auto more = pack->index(at(other).more_parents.first, at(other).more_parents.count);
    if (std::find(more.begin(), more.end(), place) != more.end()) out.push_back(other);
  }
  return out;
}

std::vector<uint32_t> SystemView::at_or_above(uint32_t place) const {
  std::vector<uint32_t> out{place};
  for (size_t i = 0; i < out.size(); ++i)
    for (const uint32_t parent : parents(out[i]))
      if (std::find(out.begin(), out.end(), parent) == out.end()) out.push_back(parent);
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<uint32_t> SystemView::at_or_below(uint32_t place) const {
  std::vector<uint32_t> out;
  if ((record->flags & kManyParents) == 0) {
    for (uint32_t below = place; below < at(place).end; ++below) out.push_back(below);
    return out;
  }
  // One pass cannot do: a further parent may stand behind its child. Passes end when nothing is added.
  std::vector<uint8_t> inside(size(), 0);
  for (uint32_t below = place; below < at(place).end; ++below) inside[below] = 1;
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t i = 0; i < size(); ++i) {
      if (inside[i]) continue;
      for (const uint32_t parent : parents(i)) inside[i] |= inside[parent];
      changed = changed || inside[i];
    }
  }
  for (uint32_t i = 0; i < size(); ++i)
    if (inside[i]) out.push_back(i);
  return out;
}

uint32_t SetView::find_listed(const IncludeRecord& include, std::string_view code, bool ignores_case) const {
  const auto listed = pack->some<ListedRecord>(Section::Listed, include.listed);
  const uint32_t found = search(pack->index(include.by_code, include.listed.count), code,
                                [&](uint32_t place) { return text(listed[place].code); });
  if (found != kNone || !ignores_case) return found;
  for (uint32_t i = 0; i < listed.size(); ++i)
    if (same_code(text(listed[i].code), code, true)) return i;
  return kNone;
}

std::vector<Designation> designations_of(const Pack& pack, Range range) {
  std::vector<Designation> out;
  for (const DesignationRecord& d : pack.some<DesignationRecord>(Section::Designations, range))
    out.push_back({std::string(pack.text(d.language)), std::string(pack.text(d.use_system)),
                   std::string(pack.text(d.use_code)), std::string(pack.text(d.use_display)),
                   std::string(pack.text(d.value))});
  return out;
}

std::string display_in(const Pack& pack, Range designations, std::string_view display,
                       std::string_view language) {
  if (!language.empty())
    for (const DesignationRecord& d : pack.some<DesignationRecord>(Section::Designations, designations))
      if (speaks(pack.text(d.language), language)) return std::string(pack.text(d.value));
  return std::string(display);
}

}  // namespace xinglin::terminology::detail
