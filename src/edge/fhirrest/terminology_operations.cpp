#include "edge/fhirrest/terminology_operations.h"

#include <algorithm>
#include <memory>

#include "edge/fhirrest/detail/terminology_parameters.h"

namespace xinglin::fhirrest {

using detail::coding_json;
using detail::coding_of;
using detail::codings_of;
using detail::flag_of;
using detail::language_of;
using detail::number_of;
using detail::Parameters;
using detail::subject_of;
using terminology::Coding;
using terminology::Kind;
using terminology::Terminology;

namespace {

struct Rooms {
  const Terminology& terminology;
  const Clock& clock;
  Random& random;
};

Error ask_for(std::string_view what) {
  return {terminology::kBadRequest, std::string(what)};
}

// Parameters that would change the answer, but are not evaluated here, are refused.
Result<void> refuse(const OperationCall& call, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (call.parameter(name) || call.text(name))
      return Error(errors::kUnsupported, "the parameter " + std::string(name) + " is not offered here");
  return {};
}

Parameters designation_parts(const terminology::Designation& designation) {
  Parameters parts;
  if (!designation.language.empty()) parts.add("language", "valueCode", json::value(designation.language));
  if (!designation.use_code.empty())
    parts.add("use", "valueCoding",
              coding_json({designation.use_system, {}, designation.use_code, designation.use_display}));
  parts.add_text("value", designation.value);
  return parts;
}

Parameters property_parts(const terminology::ConceptProperty& property) {
  Parameters parts;
  parts.add("code", "valueCode", json::value(property.code));
  if (property.type == "Coding") {
    const size_t bar = property.value.find('|');
    parts.add("value", "valueCoding",
              coding_json({property.value.substr(0, bar), {}, property.value.substr(bar + 1), {}}));
  } else if (property.type == "boolean") {
    parts.add("value", "valueBoolean", property.value == "true");
  } else if (property.type == "integer" || property.type == "decimal") {
    const Result<json::value> number = json::parse(property.value);
    parts.add("value", property.type == "integer" ? "valueInteger" : "valueDecimal",
              number ? *number : json::value());
  } else {
    parts.add("value",
              property.type == "code"       ? "valueCode"
              : property.type == "dateTime" ? "valueDateTime"
                                            : "valueString",
              json::value(property.value));
  }
  return parts;
}

Result<OperationAnswer> lookup(const Rooms& rooms, const OperationCall& call) {
  XL_TRY(const std::string own, subject_of(call, rooms.terminology, Kind::CodeSystem, "system", "-"));
  XL_TRY(std::vector<Coding> codings, codings_of(call, own.substr(0, own.find('|')), "version"));
  if (codings.front().system.empty()) return ask_for("the system of the code is needed");
  XL_TRY(const terminology::Lookup found, rooms.terminology.lookup(codings.front(), language_of(call)));
  const std::vector<std::string> wanted = call.texts("property");
  const auto is_wanted = [&wanted](std::string_view name) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
  };
  Parameters out;
  out.add_text("name", found.system_name);
  out.add_text("version", found.version);
  out.add_text("display", found.display.empty() ? found.code : found.display);
  if (is_wanted("designation"))
    for (const auto& designation : found.designations)
      out.add_parts("designation", designation_parts(designation));
  if (is_wanted("definition") && !found.definition.empty())
    out.add_parts("property", property_parts({"definition", "string", found.definition}));
  if (is_wanted("inactive"))
    out.add_parts("property", property_parts({"inactive", "boolean", found.is_inactive ? "true" : "false"}));
  for (const auto& property : found.properties)
    if (is_wanted(property.code)) out.add_parts("property", property_parts(property));
  return std::move(out).answer();
}

OperationAnswer validation_answer(const terminology::Validation& validation) {
  Parameters out;
  out.add("result", "valueBoolean", validation.result);
  out.add_text("message", validation.message);
  out.add_text("display", validation.display);
  return std::move(out).answer();
}

// Of several codings one must be right. An error is passed on only when no coding could be judged.
template <class F>
Result<OperationAnswer> first_valid(const std::vector<Coding>& codings, F check) {
  std::optional<terminology::Validation> last;
  std::optional<Error> problem;
  for (const Coding& coding : codings) {
    Result<terminology::Validation> next = check(coding);
    if (!next) {
      problem = next.error();
      continue;
    }
    if (next->result) return validation_answer(*next);
    last = std::move(*next);
  }
  if (problem) return std::move(*problem);  // a right one may be among those that cannot be judged
  return validation_answer(*last);
}

Result<OperationAnswer> validate_in_system(const Rooms& rooms, const OperationCall& call) {
  XL_CHECK(refuse(call, {"codeSystem"}));
  XL_TRY(const std::string url, subject_of(call, rooms.terminology, Kind::CodeSystem, "url", "version"));
  const size_t bar = url.find('|');
  const std::string system = url.substr(0, bar),
                    version = bar == std::string::npos ? "" : url.substr(bar + 1);
  XL_TRY(std::vector<Coding> codings, codings_of(call, system, "version"));
  for (Coding& coding : codings) {
    if (coding.system.empty()) return ask_for("the url of the code system is needed");
    if (!system.empty() && coding.system != system)
      return ask_for("the coding is of " + coding.system + ", the code system asked is " + system);
    if (coding.version.empty()) coding.version = version;
  }
  const std::string language = language_of(call);
  return first_valid(
      codings, [&](const Coding& coding) { return rooms.terminology.validate_in_system(coding, language); });
}

Result<OperationAnswer> validate_in_value_set(const Rooms& rooms, const OperationCall& call) {
  XL_CHECK(refuse(call, {"context"}));
  XL_TRY(std::vector<Coding> codings, codings_of(call, {}, "systemVersion"));
  if (const json::object* given = call.resource_parameter("valueSet"); given && call.id.empty())
    return first_valid(codings, [&](const Coding& coding) {
      return rooms.terminology.validate_in_resource(*given, coding);
    });
  XL_TRY(const std::string url,
         subject_of(call, rooms.terminology, Kind::ValueSet, "url", "valueSetVersion"));
  if (url.empty()) return ask_for("the url of the value set, or the value set itself, is needed");
  const std::string language = language_of(call);
  return first_valid(codings, [&](const Coding& coding) {
    return rooms.terminology.validate_in_value_set(url, coding, language);
  });
}

Result<OperationAnswer> subsumes(const Rooms& rooms, const OperationCall& call) {
  XL_TRY(const std::string own, subject_of(call, rooms.terminology, Kind::CodeSystem, "system", "-"));
  Coding a{own.substr(0, own.find('|')), {}, call.text("codeA").value_or(""), {}}, b = a;
  b.code = call.text("codeB").value_or("");
  if (const json::value* value = call.value("codingA"); value && value->is_object())
    a = coding_of(value->get_object());
  if (const json::value* value = call.value("codingB"); value && value->is_object())
    b = coding_of(value->get_object());
  if (a.code.empty() || b.code.empty() || a.system.empty())
    return ask_for("system with codeA and codeB, or codingA and codingB, are needed");
  if (a.system != b.system) return ask_for("both codes must be of one code system");
  XL_TRY(const terminology::Subsumption found, rooms.terminology.subsumes(a.system, a.code, b.code));
  constexpr std::string_view kNames[] = {"equivalent", "subsumes", "subsumed-by", "not-subsumed"};
  Parameters out;
  out.add("outcome", "valueCode", json::value(kNames[static_cast<size_t>(found)]));
  return std::move(out).answer();
}

json::array designations_json(const std::vector<terminology::Designation>& designations) {
  json::array out;
  for (const auto& designation : designations) {
    json::object one;
    if (!designation.language.empty()) one["language"] = designation.language;
    if (!designation.use_code.empty())
      one["use"] = coding_json({designation.use_system, {}, designation.use_code, designation.use_display});
    one["value"] = designation.value;
    out.push_back(std::move(one));
  }
  return out;
}

json::array contains_json(const std::vector<terminology::Expanded>& list) {
  json::array out;
  for (const terminology::Expanded& item : list) {
    json::object one;
    if (!item.coding.system.empty()) one["system"] = item.coding.system;
    if (item.is_abstract) one["abstract"] = true;
    if (item.is_inactive) one["inactive"] = true;
    one["code"] = item.coding.code;
    if (!item.coding.display.empty()) one["display"] = item.coding.display;
    if (!item.designations.empty()) one["designation"] = designations_json(item.designations);
    if (!item.contains.empty()) one["contains"] = contains_json(item.contains);
    out.push_back(std::move(one));
  }
  return out;
}

OperationAnswer expansion_answer(const Rooms& rooms, const terminology::Expansion& expansion,
                                 const terminology::ExpandOptions& options) {
  json::array parameters;
  const auto state = [&parameters](std::string_view name, std::string_view type, json::value value) {
    parameters.push_back(json::object{{"name", name}, {type, std::move(value)}});
  };
  if (!options.filter.empty()) state("filter", "valueString", json::value(options.filter));
  if (options.count >= 0) state("count", "valueInteger", options.count);
  if (options.offset > 0) state("offset", "valueInteger", options.offset);
  if (options.exclude_nested) state("excludeNested", "valueBoolean", true);
  if (options.active_only) state("activeOnly", "valueBoolean", true);
  if (options.include_designations) state("includeDesignations", "valueBoolean", true);
  if (!options.display_language.empty())
    state("displayLanguage", "valueCode", json::value(options.display_language));
  for (const std::string& used : expansion.used_systems) state("version", "valueUri", json::value(used));
  for (const std::string& text : expansion.warnings) state("warning", "valueString", json::value(text));
  json::object made{{"identifier", "urn:uuid:" + new_uuid(rooms.random)},
                    {"timestamp", format_rfc3339(rooms.clock.now())},
                    {"total", expansion.total}};
  if (options.offset > 0 || options.count >= 0) made["offset"] = expansion.offset;
  if (!parameters.empty()) made["parameter"] = std::move(parameters);
  if (!expansion.contains.empty()) made["contains"] = contains_json(expansion.contains);
  OperationAnswer out;
  out.body["resourceType"] = "ValueSet";
  const auto add = [&out](std::string_view key, const std::string& text) {
    if (!text.empty()) out.body[key] = text;
  };
  add("url", expansion.url);
  add("version", expansion.version);
  add("name", expansion.name);
  add("title", expansion.title);
  out.body["status"] = expansion.status.empty() ? "active" : expansion.status;
  out.body["expansion"] = std::move(made);
  return out;
}

Result<OperationAnswer> expand(const Rooms& rooms, const OperationCall& call) {
  XL_CHECK(refuse(call, {"context", "contextDirection", "system-version", "check-system-version",
                         "force-system-version"}));
  terminology::ExpandOptions options;
  options.filter = call.text("filter").value_or("");
  XL_TRY(const std::optional<int64_t> offset, number_of(call, "offset"));
  XL_TRY(const std::optional<int64_t> count, number_of(call, "count"));
  options.offset = offset.value_or(0);
  options.count = count.value_or(-1);
  XL_TRY(options.include_designations, flag_of(call, "includeDesignations"));
  XL_TRY(options.active_only, flag_of(call, "activeOnly"));
  XL_TRY(options.exclude_nested, flag_of(call, "excludeNested"));
  options.display_language = language_of(call);
  options.exclude_systems = call.texts("exclude-system");
  const json::object* given = call.id.empty() ? call.resource_parameter("valueSet") : nullptr;
  if (!given && call.id.empty() && call.resource) given = &*call.resource;
  if (given) {
    XL_TRY(const terminology::Expansion made, rooms.terminology.expand_resource(*given, options));
    return expansion_answer(rooms, made, options);
  }
  XL_TRY(const std::string url,
         subject_of(call, rooms.terminology, Kind::ValueSet, "url", "valueSetVersion"));
  if (url.empty()) return ask_for("the url of the value set, or the value set itself, is needed");
  XL_TRY(const terminology::Expansion made, rooms.terminology.expand(url, options));
  return expansion_answer(rooms, made, options);
}

Parameters match_parts(const terminology::Translation& match) {
  Parameters parts;
  parts.add("equivalence", "valueCode", json::value(match.equivalence));
  if (!match.target.code.empty()) parts.add("concept", "valueCoding", coding_json(match.target));
  if (!match.map_url.empty()) parts.add("source", "valueUri", json::value(match.map_url));
  return parts;
}

Result<OperationAnswer> translate(const Rooms& rooms, const OperationCall& call) {
  XL_CHECK(refuse(call, {"conceptMap", "dependency"}));
  terminology::TranslateRequest request;
  XL_TRY(request.map_url, subject_of(call, rooms.terminology, Kind::ConceptMap, "url", "conceptMapVersion"));
  XL_TRY(const std::vector<Coding> codings, codings_of(call, {}, "version"));
  request.source_value_set = call.text("source").value_or("");
  request.target_value_set = call.text("target").value_or("");
  request.target_system = call.text("targetsystem").value_or("");
  XL_TRY(request.reverse, flag_of(call, "reverse"));
  std::vector<terminology::Translation> all;
  std::optional<Error> problem;
  for (const Coding& coding : codings) {
    if (coding.system.empty()) return ask_for("the system of the code is needed");
    request.coding = coding;
    Result<std::vector<terminology::Translation>> found = rooms.terminology.translate(request);
    if (!found)
      problem = found.error();
    else
      all.insert(all.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
  }
  if (all.empty() && problem) return std::move(*problem);
  const auto is_match = [](const terminology::Translation& t) {
    return t.equivalence != "unmatched" && t.equivalence != "disjoint";
  };
  const bool result = std::any_of(all.begin(), all.end(), is_match);
  Parameters out;
  out.add("result", "valueBoolean", result);
  if (!result) out.add_text("message", "no concept of the target corresponds to the code");
  for (const terminology::Translation& match : all) out.add_parts("match", match_parts(match));
  return std::move(out).answer();
}

}  // namespace

std::vector<Operation> terminology_operations(const Terminology& terminology, const Clock& clock,
                                              Random& random) {
  using Handler = Result<OperationAnswer> (*)(const Rooms&, const OperationCall&);
  const auto row = [&](const char* name, const char* type, const char* definition, const char* prose,
                       Handler handler) {
    Operation out;
    out.name = name;
    out.definition = std::string("http://hl7.org/fhir/OperationDefinition/") + definition;
    out.prose = prose;
    out.on_type = out.on_instance = true;
    out.types = {type};
    out.handle = [rooms = Rooms{terminology, clock, random}, handler](const OperationCall& call, IssueSink&) {
      return handler(rooms, call);
    };
    return out;
  };
  std::vector<Operation> out;
  out.push_back(row("lookup", "CodeSystem", "CodeSystem-lookup", "What a code means", lookup));
  out.push_back(row("validate-code", "CodeSystem", "CodeSystem-validate-code",
                    "Whether a code is in a code system", validate_in_system));
  out.push_back(
      row("subsumes", "CodeSystem", "CodeSystem-subsumes", "Whether one code is above another", subsumes));
  out.push_back(row("expand", "ValueSet", "ValueSet-expand", "The codes of a value set", expand));
  out.push_back(row("validate-code", "ValueSet", "ValueSet-validate-code", "Whether a code is in a value set",
                    validate_in_value_set));
  out.push_back(row("translate", "ConceptMap", "ConceptMap-translate",
                    "The codes that correspond to a code elsewhere", translate));
  return out;
}

}  // namespace xinglin::fhirrest
