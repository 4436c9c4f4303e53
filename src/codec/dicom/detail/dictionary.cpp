#include "codec/dicom/detail/dictionary.h"

#include <algorithm>

namespace xinglin::dicom::detail {

namespace {

constexpr size_t kEntry = 6;

std::string_view find_in(std::string_view elements, uint16_t element) {
  constexpr char kHex[] = "0123456789ABCDEF";
  const char key[4] = {kHex[element >> 12], kHex[(element >> 8) & 15], kHex[(element >> 4) & 15],
                       kHex[element & 15]};
  const std::string_view wanted(key, 4);
  size_t low = 0, high = elements.size() / kEntry;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const std::string_view entry = elements.substr(middle * kEntry, kEntry);
    const int order = entry.substr(0, 4).compare(wanted);
    if (order == 0) return entry.substr(4);
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return {};
}

// Curves (50xx) and overlays (60xx) repeat over even groups; only the overlay elements are still in use.
std::string_view repeating(Tag tag) {
  if ((tag.group & 0xFF00) == 0x6000) {
    constexpr std::string_view kOverlay =
        "0010US0011US0015IS0022LO0040CS0045LO0050SS0051US0100US0102US1301IS1302DS1303DS1500LO3000OW";
    return find_in(kOverlay, tag.element);
  }
  if ((tag.group & 0xFF00) == 0x5000 && tag.element == 0x3000) return "OW";
  return {};
}

}  // namespace

std::string_view vr_of(Tag tag) {
  if (tag.group & 1) return tag.element >= 0x10 && tag.element <= 0xFF ? "LO" : "UN";
  const auto groups = dictionary_groups();
  const auto found =
      std::lower_bound(groups.begin(), groups.end(), tag.group,
                       [](const DictionaryGroup& g, uint16_t wanted) { return g.group < wanted; });
  std::string_view vr;
  if (found != groups.end() && found->group == tag.group) vr = find_in(found->elements, tag.element);
  if (vr.empty()) vr = repeating(tag);
  if (vr.empty() && tag.element == 0) return "UL";
  return vr.empty() ? std::string_view("UN") : vr;
}

}  // namespace xinglin::dicom::detail
