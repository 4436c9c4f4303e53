#include "edge/dimse/detail/identifier.h"

#include <algorithm>
#include <array>

#include "edge/dimse/errors.h"

namespace xinglin::dimse {

namespace {

using archive::Level;

constexpr QueryClass kClasses[] = {
    {"1.2.840.10008.5.1.4.1.2.1.1", Model::PatientRoot, QueryOperation::Find},
    {"1.2.840.10008.5.1.4.1.2.1.2", Model::PatientRoot, QueryOperation::Move},
    {"1.2.840.10008.5.1.4.1.2.1.3", Model::PatientRoot, QueryOperation::Get},
    {"1.2.840.10008.5.1.4.1.2.2.1", Model::StudyRoot, QueryOperation::Find},
    {"1.2.840.10008.5.1.4.1.2.2.2", Model::StudyRoot, QueryOperation::Move},
    {"1.2.840.10008.5.1.4.1.2.2.3", Model::StudyRoot, QueryOperation::Get},
    {"1.2.840.10008.5.1.4.31", Model::Worklist, QueryOperation::Find},
};
constexpr std::string_view kUncompressed[] = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1",
                                              "1.2.840.10008.1.2.2"};
constexpr dicom::Tag kCharset{0x0008, 0x0005}, kLevel{0x0008, 0x0052}, kRetrieveAe{0x0008, 0x0054};
constexpr std::array<dicom::Tag, 4> kUniqueKeys{
    {{0x0010, 0x0020}, {0x0020, 0x000D}, {0x0020, 0x000E}, {0x0008, 0x0018}}};
constexpr std::array<std::string_view, 4> kLevels = {"PATIENT", "STUDY", "SERIES", "IMAGE"};

std::string joined(const dicom::DataSet& data_set, dicom::Tag tag) {
  std::string out;
  for (const std::string& value : data_set.texts(tag)) out += (out.empty() ? "" : "\\") + value;
  return out;
}

std::string number_text(const dicom::DataSet& data_set, dicom::Tag tag) {
  const auto value = data_set.integer(tag);
  return value ? std::to_string(*value) : "";
}

bool is_binary_number(std::string_view vr) {
  return vr == "US" || vr == "UL" || vr == "SS" || vr == "SL";
}

std::vector<archive::SearchKey> keys_of(const dicom::DataSet& data_set) {
  std::vector<archive::SearchKey> out;
  for (const auto& [tag, element] : data_set.elements()) {
    if (tag == kCharset || tag == kLevel || tag.element == 0) continue;
    archive::SearchKey key{tag};
    if (element.vr == "SQ") {
      if (!element.items.empty()) key.item = keys_of(element.items.front());
    } else {
      key.value = is_binary_number(element.vr) ? number_text(data_set, tag) : joined(data_set, tag);
    }
    out.push_back(std::move(key));
  }
  return out;
}

bool is_single(const dicom::DataSet& data_set, dicom::Tag tag) {
  const std::string value = joined(data_set, tag);
  return !value.empty() && value.find_first_of("\\*?") == std::string::npos;
}

// Baseline behaviour (PS3.4 C.4.1.2.1): one value for the unique key of each level above.
Result<void> check_hierarchy(const dicom::DataSet& keys, Level level, Model model) {
  for (size_t above = model == Model::PatientRoot ? 0 : 1; above < static_cast<size_t>(level); ++above)
    if (!is_single(keys, kUniqueKeys[above]))
      return Error(kBadIdentifier, kUniqueKeys[above].str() + " must have one value at this level");
  return {};
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_null()) return "";
  const auto* name = value.if_object();
  if (name == nullptr) return json::serialize(value);
  std::string out;
  for (const std::string_view group : {"Alphabetic", "Ideographic", "Phonetic"}) {
    if (group != "Alphabetic") out += '=';
    out += json::find_string(*name, group).value_or("");
  }
  while (!out.empty() && out.back() == '=') out.pop_back();
  return out;
}

dicom::Tag tag_of(std::string_view name) {
  const auto half = [&](size_t at) {
    return static_cast<uint16_t>(std::stoul(std::string(name.substr(at, 4)), nullptr, 16));
  };
  return {half(0), half(4)};
}

void put(dicom::DataSet& out, dicom::Tag tag, const json::object& attribute, const dicom::Element* asked);

// Of an item the attributes that the item of the request names; all when it names none.
void put_items(dicom::DataSet& out, dicom::Tag tag, const json::array& items, const dicom::Element* asked) {
  const dicom::DataSet* wanted = asked != nullptr && !asked->items.empty() ? &asked->items.front() : nullptr;
  for (const json::value& value : items) {
    const json::object* item = value.if_object();
    if (item == nullptr) continue;
    dicom::DataSet& made = out.add_item(tag);
    for (const auto& [name, attribute] : *item) {
      const dicom::Element* inner = wanted == nullptr ? nullptr : wanted->find(tag_of(name));
      if ((wanted == nullptr || wanted->elements().empty() || inner != nullptr) && attribute.is_object())
        put(made, tag_of(name), attribute.get_object(), inner);
    }
    if (wanted == nullptr) continue;
    for (const auto& [inner_tag, inner] : wanted->elements())
      if (made.find(inner_tag) == nullptr) made.set_bytes(inner_tag, inner.vr, {});
  }
}

void put(dicom::DataSet& out, dicom::Tag tag, const json::object& attribute, const dicom::Element* asked) {
  const std::string vr(json::find_string(attribute, "vr").value_or("UN"));
  const json::array* values = json::find_array(attribute, "Value");
  if (values == nullptr) {
    out.set_bytes(tag, vr, {});
  } else if (vr == "SQ") {
    put_items(out, tag, *values, asked);
  } else if (is_binary_number(vr)) {
    const auto* number = values->empty() ? nullptr : &values->front();
    if (number != nullptr && number->is_number()) out.set_integer(tag, vr, {number->to_number<int64_t>()});
  } else if (vr != "FL" && vr != "FD" && vr != "AT" && vr[0] != 'O') {
    std::string text;
    for (const json::value& value : *values) text += (&value == values->data() ? "" : "\\") + text_of(value);
    out.set_text(tag, vr, text);
  }
}

Result<void> read_level(Asked& out, Model model, const Extended& extended) {
  const std::string level = out.keys.text(kLevel);
  const auto found = std::find(kLevels.begin(), kLevels.end(), level);
  if (found == kLevels.end())
    return Error(kBadIdentifier, "(0008,0052) is not PATIENT, STUDY, SERIES or IMAGE");
  out.query.level = static_cast<Level>(found - kLevels.begin());
  if (out.query.level == Level::Patient && model == Model::StudyRoot)
    return Error(kBadIdentifier, "the Study Root model has no PATIENT level");
  if (!extended.relational) XL_CHECK(check_hierarchy(out.keys, out.query.level, model));
  return {};
}

}  // namespace

const QueryClass* find_query_class(std::string_view uid) {
  const auto found = std::find_if(std::begin(kClasses), std::end(kClasses),
                                  [&](const QueryClass& c) { return c.uid == uid; });
  return found == std::end(kClasses) ? nullptr : found;
}

bool is_uncompressed(std::string_view transfer_syntax) {
  return std::find(std::begin(kUncompressed), std::end(kUncompressed), transfer_syntax) !=
         std::end(kUncompressed);
}

Result<Asked> parse_identifier(std::span<const uint8_t> bytes, const std::string& transfer_syntax,
                               const QueryClass& asked_of, const Extended& extended) {
  dicom::Limits limits;
  limits.depth_max = 8;
  limits.elements_max = 2000;
  limits.items_max = 200;
  auto parsed = dicom::parse_data_set(bytes, TransferSyntaxUid(transfer_syntax), limits);
  if (!parsed.ok()) return Error(kBadIdentifier, parsed.error().message());
  Asked out;
  out.model = asked_of.model;
  out.keys = std::move(*parsed);
  if (asked_of.model != Model::Worklist) XL_CHECK(read_level(out, asked_of.model, extended));
  out.query.keys = keys_of(out.keys);
  out.query.fields = archive::Fields::Keys;
  out.query.fuzzy = extended.fuzzy;
  out.query.combined_datetime = extended.combined_datetime;
  const dicom::Element* charset = out.keys.find(kCharset);
  if (charset != nullptr && !charset->value.empty()) out.charset = out.keys.text(kCharset);
  return out;
}

bool is_unique_key(dicom::Tag tag) {
  return std::find(kUniqueKeys.begin(), kUniqueKeys.end(), tag) != kUniqueKeys.end();
}

dicom::Tag unique_key(Level level) {
  return kUniqueKeys[static_cast<size_t>(level)];
}

dicom::DataSet answer_of(const Asked& asked, const json::object& row, const std::string& our_ae) {
  dicom::DataSet out;
  for (const auto& [tag, element] : asked.keys.elements()) {
    if (tag == kCharset || tag.element == 0) continue;
    const std::string name = tag.str().substr(1, 4) + tag.str().substr(6, 4);
    if (const json::object* attribute = json::find_object(row, name))
      put(out, tag, *attribute, &element);
    else
      out.set_bytes(tag, element.vr, {});
  }
  if (asked.model == Model::Worklist) return out;
  out.set_text(kLevel, "CS", asked.keys.text(kLevel));
  out.set_text(kRetrieveAe, "AE", our_ae);
  return out;
}

}  // namespace xinglin::dimse
