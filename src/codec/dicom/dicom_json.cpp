#include "codec/dicom/dicom_json.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "codec/dicom/detail/vr.h"

namespace xinglin::dicom {

namespace {

std::string key_of(Tag tag) {
  const std::string text = tag.str();
  return text.substr(1, 4) + text.substr(6, 4);
}

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
      out.push_back(number ? json::value(*number) : json::value(nullptr));
    } else if (const auto integer = data_set.integer(element.tag, i)) {
      out.emplace_back(*integer);
    }
  }
  return out;
}

json::object convert(const DataSet& data_set, const JsonOptions& options, size_t& budget);

json::object convert_element(const DataSet& data_set, const Element& element, const JsonOptions& options,
                             size_t& budget) {
  json::object out{{"vr", element.vr}};
  if (element.vr == "SQ") {
    json::array items;
    for (const DataSet& item : element.items) {
      if (items.size() >= options.items_max || budget == 0) break;
      items.push_back(convert(item, options, budget));
    }
    if (!items.empty()) out["Value"] = std::move(items);
    return out;
  }
  const detail::VrInfo* vr = detail::find_vr(element.vr);
  if (vr == nullptr || element.skipped || element.value.empty() ||
      element.value.size() > options.value_bytes_max)
    return out;
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

json::object convert(const DataSet& data_set, const JsonOptions& options, size_t& budget) {
  json::object out;
  for (const auto& [tag, element] : data_set.elements()) {
    if (tag.element == 0 || tag.group < 0x0008 || tag.group == 0x7FE0 || tag.group == 0xFFFC) continue;
    if (budget == 0) break;
    --budget;
    out[key_of(tag)] = convert_element(data_set, element, options, budget);
  }
  return out;
}

}  // namespace

json::object to_json(const DataSet& data_set, const JsonOptions& options) {
  size_t budget = options.elements_max;
  return convert(data_set, options, budget);
}

}  // namespace xinglin::dicom
