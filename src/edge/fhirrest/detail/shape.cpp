#include "edge/fhirrest/detail/shape.h"

#include <algorithm>

#include "base/json_text.h"
#include "codec/fhir/build.h"
#include "codec/fhir/definitions.h"
#include "codec/fhir/text.h"
#include "core/record/errors.h"

namespace xinglin::fhirrest::detail {
namespace {

constexpr std::string_view kValues = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";

Result<Shape::Summary> summary_of(std::string_view value) {
  if (value == "false") return Shape::Summary::False;
  if (value == "true") return Shape::Summary::True;
  if (value == "text") return Shape::Summary::Text;
  if (value == "data") return Shape::Summary::Data;
  if (value == "count") return Shape::Summary::Count;
  return Error(record::kBadParameter, "_summary: is one of true, text, data, count, false");
}

std::string_view name_of(std::string_view key) {
  if (json::is_kept(key)) key.remove_prefix(1);
  return key.starts_with('_') ? key.substr(1) : key;
}

bool is_always(std::string_view name) {
  return name == "resourceType" || name == "id" || name == "meta";
}

class Shaper {
public:
  Shaper(const Shape& shape, std::string_view type) : shape_(shape), type_(type) {}

  void apply(json::object& resource) const {
    const fhir::Element root = fhir::find_type(type_).root();
    keep(resource, [&](std::string_view name) { return is_always(name) || stays(root, name); });
    if (shape_.summary != Shape::Summary::True || !shape_.elements.empty()) return;
    for (auto& member : resource) {
      const fhir::Member found = root.find(name_of(member.key()));
      if (is_backbone(found)) summarize(member.value(), found.content());
    }
  }

private:
  template <class Keeps>
  static void keep(json::object& object, Keeps keeps) {
    std::vector<std::string> gone;
    for (const auto& member : object)
      if (!keeps(name_of(member.key()))) gone.emplace_back(member.key());
    for (const std::string& key : gone) object.stable_erase(key);
  }

  bool stays(const fhir::Element& root, std::string_view name) const {
    const fhir::Member member = root.find(name);
    const bool needed = member && member.element.min() > 0;
    if (!shape_.elements.empty()) {
      const std::string_view plain = member ? member.element.name() : name;  // "value" of valueQuantity
      return needed || is_named(name) || is_named(plain);
    }
    switch (shape_.summary) {
      case Shape::Summary::True:
        return needed || (member && member.element.is_summary());
      case Shape::Summary::Text:
        return needed || name == "text";
      case Shape::Summary::Data:
        return name != "text";
      default:
        return true;
    }
  }

  // "name", or "Patient.name" where resources of several types are asked for.
  bool is_named(std::string_view name) const {
    return std::any_of(shape_.elements.begin(), shape_.elements.end(), [&](const std::string& given) {
      return given == name || (given.size() == type_.size() + 1 + name.size() && given.starts_with(type_) &&
                               given[type_.size()] == '.' && given.ends_with(name));
    });
  }

  static bool is_backbone(const fhir::Member& member) {
    return member &&
           (!member.type || member.type.code() == "BackboneElement" || member.type.code() == "Element");
  }

  static void summarize(json::value& value, const fhir::Element& content) {
    if (json::array* items = value.if_array()) {
      for (json::value& item : *items) summarize(item, content);
      return;
    }
    json::object* object = value.if_object();
    if (!object || !content) return;
    keep(*object, [&](std::string_view name) {
      const fhir::Member member = content.find(name);
      return name == "id" || (member && (member.element.is_summary() || member.element.min() > 0));
    });
    for (auto& member : *object) {
      const fhir::Member found = content.find(name_of(member.key()));
      if (is_backbone(found)) summarize(member.value(), found.content());
    }
  }

  const Shape& shape_;
  std::string_view type_;
};

void mark_subsetted(json::object& resource) {
  json::value& meta = resource["meta"];
  if (!meta.is_object()) meta = json::object();
  fhir::append(meta.get_object(), "tag",
               fhir::coding(kValues, "SUBSETTED", "Resource encoded in summary mode"));
}

}  // namespace

Result<Shape> read_shape(const std::vector<http::Parameter>& parameters) {
  Shape out;
  for (const http::Parameter& given : parameters) {
    if (given.name == "_summary") {
      XL_TRY(out.summary, summary_of(given.value));
    } else if (given.name == "_elements") {
      for (std::string_view rest = given.value; !rest.empty();) {
        const size_t end = std::min(rest.find(','), rest.size());
        out.elements.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      if (out.elements.empty() || out.elements.size() > 200)
        return Error(record::kBadParameter, "_elements: a list of names of elements");
    }
  }
  if (!out.elements.empty() && out.summary != Shape::Summary::False)
    return Error(record::kBadParameter, "_summary and _elements cannot be asked for together");
  return out;
}

std::string shaped(const Shape& shape, const std::string& text) {
  if (shape.is_whole()) return text;
  auto value = json::parse_exact(text);
  if (!value || !value->is_object()) return text;
  json::object& resource = value->get_object();
  const std::string type(json::find_string(resource, "resourceType").value_or(""));
  Shaper(shape, type).apply(resource);
  mark_subsetted(resource);
  return fhir::to_text(resource);
}

}  // namespace xinglin::fhirrest::detail
