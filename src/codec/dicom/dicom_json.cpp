#include "codec/dicom/dicom_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/digest.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

std::string key_of(Tag tag) {
  const std::string text = tag.str();
  return text.substr(1, 4) + text.substr(6, 4);
}

json::value attribute_tag(const Element& element, size_t index) {
  const auto at = [&](size_t i) { return static_cast<unsigned>(element.value[index * 4 + i]); };
  return json::value(
      key_of(Tag{static_cast<uint16_t>(at(0) | at(1) << 8), static_cast<uint16_t>(at(2) | at(3) << 8)}));
}

json::array text_values(const DataSet& data_set, const Element& element) {
  json::array out;
  size_t index = 0;
  for (const std::string& text : data_set.texts(element.tag)) {
    if (text.empty()) {
      out.emplace_back(nullptr);
    } else if (element.vr == "PN") {
      out.push_back(person_name(text));
    } else if (const auto integer =
                   element.vr == "IS" ? data_set.integer(element.tag, index) : std::nullopt) {
      out.emplace_back(*integer);
    } else if (const auto number = element.vr == "DS" ? data_set.number(element.tag, index) : std::nullopt) {
      out.emplace_back(*number);
    } else {
      out.emplace_back(text);
    }
    ++index;
  }
  return out;
}

json::array number_values(const DataSet& data_set, const Element& element, size_t unit) {
  json::array out;
  for (size_t i = 0; i < element.value.size() / unit; ++i) {
    if (element.vr == "FL" || element.vr == "FD") {
      const auto number = data_set.number(element.tag, i);
      const bool finite = number && std::isfinite(*number);  // JSON has no word for the others
      out.push_back(finite ? json::value(*number) : json::value(nullptr));
    } else if (const auto integer = data_set.integer(element.tag, i)) {
      out.emplace_back(*integer);
    }
  }
  return out;
}

// Those that may be given by a BulkDataURI (PS3.18 F.2.2).
bool may_be_bulk(std::string_view vr) {
  constexpr std::string_view kNever[] = {"AE", "AS", "AT", "CS", "DA", "DT", "LO",
                                         "PN", "SH", "SQ", "TM", "UI", "UR"};
  return std::find(std::begin(kNever), std::end(kNever), vr) == std::end(kNever);
}

bool is_too_long(const Element& element, const detail::VrInfo* vr, const JsonOptions& options) {
  const bool text = vr != nullptr && vr->text;
  return element.skipped || element.encapsulated ||
         element.value.size() > (text ? options.text_bytes_max : options.value_bytes_max);
}

struct Conversion {
  const JsonOptions& options;
  size_t budget;
  json::object convert(const DataSet& data_set, const std::string& path);
  json::object element(const DataSet& data_set, const Element& element, const std::string& path);
};

json::object Conversion::element(const DataSet& data_set, const Element& element, const std::string& path) {
  json::object out{{"vr", element.vr}};
  if (element.vr == "SQ") {
    json::array items;
    for (const DataSet& item : element.items) {
      if (items.size() >= options.items_max || budget == 0) break;
      items.push_back(convert(item, path + "/" + std::to_string(items.size() + 1) + "/"));
    }
    if (!items.empty()) out["Value"] = std::move(items);
    return out;
  }
  const detail::VrInfo* vr = detail::find_vr(element.vr);
  if (is_too_long(element, vr, options)) {
    if (may_be_bulk(element.vr)) out["BulkDataURI"] = path;
    return out;
  }
  if (vr == nullptr || element.value.empty()) return out;
  if (vr->text) {
    out["Value"] = text_values(data_set, element);
  } else if (element.vr == "AT") {
    json::array tags;
    for (size_t i = 0; i < element.value.size() / 4; ++i) tags.push_back(attribute_tag(element, i));
    out["Value"] = std::move(tags);
  } else if (element.vr[0] == 'O' || element.vr == "UN") {
    out["InlineBinary"] = to_base64(element.value);
  } else {
    out["Value"] = number_values(data_set, element, static_cast<size_t>(vr->unit));
  }
  return out;
}

bool is_pixel_data(Tag tag) {
  return tag == Tag{0x7FE0, 0x0008} || tag == Tag{0x7FE0, 0x0009} || tag == Tag{0x7FE0, 0x0010};
}

json::object Conversion::convert(const DataSet& data_set, const std::string& path) {
  json::object out;
  for (const auto& [tag, element] : data_set.elements()) {
    if (tag.element == 0 || tag.group < 0x0008 || tag.group == 0xFFFC) continue;
    if (tag.group == 0x7FE0 && !is_pixel_data(tag)) continue;  // the offset tables belong to the bytes
    if (budget == 0) break;
    --budget;
    const std::string key = key_of(tag);
    if (path.empty() && is_pixel_data(tag))
      out[key] = json::object{{"vr", element.vr}, {"BulkDataURI", key}};
    else
      out[key] = this->element(data_set, element, path + key);
  }
  return out;
}

std::optional<uint32_t> number_of(std::string_view text, int base) {
  uint32_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(out) : std::nullopt;
}

}  // namespace

json::value person_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kGroups = {"Alphabetic", "Ideographic", "Phonetic"};
  json::object out;
  for (size_t group = 0, start = 0; group < kGroups.size() && start <= name.size(); ++group) {
    const size_t cut = std::min(name.find('=', start), name.size());
    if (cut > start) out[kGroups[group]] = name.substr(start, cut - start);
    start = cut + 1;
  }
  return out;
}

const Element* find_bulk(const DataSet& data_set, std::string_view path) {
  const size_t cut = std::min(path.find('/'), path.size());
  const auto tag = cut == 8 ? number_of(path.substr(0, cut), 16) : std::nullopt;
  if (!tag) return nullptr;
  const Element* found =
      data_set.find({static_cast<uint16_t>(*tag >> 16), static_cast<uint16_t>(*tag & 0xFFFF)});
  if (found == nullptr) return nullptr;
  if (cut == path.size()) return found->vr == "SQ" ? nullptr : found;
  path.remove_prefix(cut + 1);
  const size_t slash = std::min(path.find('/'), path.size());
  const auto item = number_of(path.substr(0, slash), 10);
  if (!item || *item == 0 || *item > found->items.size() || slash == path.size()) return nullptr;
  return find_bulk(found->items[*item - 1], path.substr(slash + 1));
}

json::object to_json(const DataSet& data_set, const JsonOptions& options) {
  Conversion conversion{options, options.elements_max};
  return conversion.convert(data_set, "");
}

}  // namespace xinglin::dicom
