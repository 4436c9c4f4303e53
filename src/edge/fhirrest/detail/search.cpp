#include <charconv>

#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"
#include "edge/fhirrest/detail/shape.h"

namespace xinglin::fhirrest::detail {
namespace {

Error bad(std::string_view name, std::string_view what) {
  return {record::kBadParameter, std::string(name).append(": ").append(what)};
}

Result<int64_t> parse_count(std::string_view text) {
  int64_t count = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (ec != std::errc() || end != text.data() + text.size() || count < 0)
    return bad("_count", "must be a whole number, 0 or more");
  return count;
}

// A reference to one of ours given as an absolute address is looked for as it is stored.
std::string without_base(std::string value, const std::string& base_url) {
  const std::string prefix = base_url + "/";
  for (size_t at = value.find(prefix); at != std::string::npos; at = value.find(prefix, at))
    if (at == 0 || value[at - 1] == ',')
      value.erase(at, prefix.size());
    else
      at += prefix.size();
  return value;
}

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> out;
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// The parameters of a search that are no criteria, each with how it is taken; the rest are criteria.
class Reader {
public:
  Reader(const Context& context, record::SearchRequest& out) : context_(context), out_(out) {}

  Result<void> take(const http::Parameter& given) {
    const std::string& name = given.name;
    if (name == "_format" || name == "_pretty") return {};
    if (name == "_count") return count(given.value);
    if (name == "_total") return total(given.value);
    if (name == "_summary" || name == "_elements") return {};  // the shape of what is found
    if (name == "_explain") return explain(given.value);
    if (name == "_type") return types(given.value);
    if (name == "_contained") {
      if (given.value != "false") return bad("_contained", "only false is offered");
      return {};
    }
    if (name == "_sort") {
      for (std::string& key : parts_of(given.value)) out_.sort.push_back(std::move(key));
      return {};
    }
    if (name == "_cursor") {
      out_.cursor = given.value;
      return {};
    }
    if (name.starts_with("_include") || name.starts_with("_revinclude")) return include(given);
    out_.parameters.push_back(to_parameter(context_, given));
    return {};
  }

private:
  Result<void> count(std::string_view value) {
    XL_TRY(out_.count, parse_count(value));
    if (out_.count == 0) out_.count_only = true;
    return {};
  }
  Result<void> total(std::string_view value) {
    if (value != "none" && value != "accurate" && value != "estimate")
      return bad("_total", "is one of none, estimate, accurate");
    out_.total = value == "none" ? record::Total::None : record::Total::Exact;
    return {};
  }
  Result<void> explain(std::string_view value) {
    if (value != "true" && value != "false") return bad("_explain", "is true or false");
    out_.explain = value == "true";
    return {};
  }
  Result<void> types(std::string_view value) {
    if (!out_.type.empty()) return bad("_type", "is for searches over several types");
    for (std::string& type : parts_of(value)) {
      if (!record::Record::is_known_type(type))
        return Error(record::kUnknownType, "'" + type + "' is not a resource type offered here");
      out_.types.push_back(std::move(type));
    }
    return {};
  }
  Result<void> include(const http::Parameter& given) {
    const size_t colon = std::min(given.name.find(':'), given.name.size());
    const std::string name = given.name.substr(0, colon);
    const std::string modifier = colon < given.name.size() ? given.name.substr(colon + 1) : "";
    if (name != "_include" && name != "_revinclude")
      return Error(record::kUnknownParameter, "search parameter '" + given.name + "' is not offered");
    if (!modifier.empty() && modifier != "iterate") return bad(name, "has one modifier, :iterate");
    for (std::string& what : parts_of(given.value))
      out_.includes.push_back({std::move(what), name == "_revinclude", modifier == "iterate"});
    return {};
  }

  const Context& context_;
  record::SearchRequest& out_;
};

// Entries are spliced in as the text they are stored as; taking them apart would only cost time.
void append_entry(std::string& out, const std::string& base_url, const Shape& shape,
                  const record::Resource& resource, std::string_view mode) {
  out += out.back() == '[' ? "{\"fullUrl\":" : ",{\"fullUrl\":";
  fhir::append_quoted(out, base_url + "/" + resource.type + "/" + resource.id);
  out += ",\"resource\":" + shaped(shape, resource.text) + ",\"search\":{\"mode\":\"";
  out.append(mode).append("\"}}");
}

void append_outcome(std::string& out, const json::object& outcome) {
  out += out.back() == '[' ? "" : ",";
  out += "{\"resource\":" + fhir::to_text(outcome) + ",\"search\":{\"mode\":\"outcome\"}}";
}

// How the answer was found, for people and programs: the plan as JSON text.
json::object explanation(const json::object& plan) {
  json::object issue{{"severity", "information"},
                     {"code", "informational"},
                     {"details", json::object{{"text", "How this search was answered"}}},
                     {"diagnostics", json::serialize(plan)}};
  return json::object{{"resourceType", "OperationOutcome"}, {"issue", json::array{std::move(issue)}}};
}

}  // namespace

bool is_compartment(std::string_view type) {
  return type == "Patient" || type == "Encounter" || type == "Practitioner" || type == "RelatedPerson" ||
         type == "Device";
}

record::SearchParameter to_parameter(const Context& context, const http::Parameter& given) {
  const std::string& name = given.name;
  const size_t colon = std::min(name.find(':'), name.size());
  record::SearchParameter out{name.substr(0, colon), "", without_base(given.value, context.base_url)};
  if (colon < name.size()) out.modifier = name.substr(colon + 1);
  return out;
}

http::Response search(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::vector<http::Parameter>& parameters,
                      const std::string& compartment) {
  record::SearchRequest search;
  search.type = type == "*" ? "" : type;
  search.compartment = compartment;
  search.handling = preferences(request).handling;
  Reader reader(context, search);
  for (const http::Parameter& parameter : parameters)
    if (const Result<void> taken = reader.take(parameter); !taken) return fail(request, taken.error());
  const auto shape = read_shape(parameters);
  if (!shape) return fail(request, shape.error());
  if (shape->summary == Shape::Summary::Count) search.count_only = true;
  const auto found =
      context.read([&](sql::Session& session) { return context.record.search(session, access, search); });
  if (!found) return fail(request, found.error());

  const std::string path = compartment.empty() ? type : compartment + "/" + type;
  const std::string address = context.base_url + (path.empty() ? "" : "/") + path;
  std::vector<fhir::BundleLink> links{{"self", page_link(address, parameters, nullptr)}};
  if (!found->next_cursor.empty())
    links.push_back({"next", page_link(address, parameters, &found->next_cursor)});
  json::object bundle = fhir::bundle("searchset", context.clock.now(), links);
  if (found->total >= 0) bundle["total"] = found->total;
  std::string text = fhir::to_text(bundle);
  const bool empty = found->matches.empty() && found->ignored.issues().empty() && !search.explain;
  if (empty) return respond_text(request, 200, std::move(text));
  text.pop_back();
  text += ",\"entry\":[";
  for (const record::Resource& resource : found->matches)
    append_entry(text, context.base_url, *shape, resource, "match");
  for (const record::Resource& resource : found->included)
    append_entry(text, context.base_url, *shape, resource, "include");
  if (!found->ignored.issues().empty()) append_outcome(text, fhir::operation_outcome(found->ignored));
  if (search.explain) append_outcome(text, explanation(found->plan));
  return respond_text(request, 200, text + "]}");
}

}  // namespace xinglin::fhirrest::detail
