#include "core/record/detail/bundle_step.h"

#include "base/digest.h"
#include "base/http/http.h"
#include "base/json_text.h"
#include "codec/fhir/reference.h"

namespace xinglin::record::detail {
namespace {

std::optional<int64_t> version_of(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() < 3 || etag.front() != '"' || etag.back() != '"') return std::nullopt;
  int64_t out = 0;
  for (const char c : etag.substr(1, etag.size() - 2)) {
    if (c < '0' || c > '9' || out > 1'000'000'000) return std::nullopt;
    out = out * 10 + (c - '0');
  }
  return out;
}

std::string_view without_base(std::string_view url, const std::string& base_url) {
  if (!base_url.empty() && url.starts_with(base_url) && url.substr(base_url.size()).starts_with('/'))
    url.remove_prefix(base_url.size() + 1);
  return url;
}

// A JSON Patch comes as a Binary.
Result<Patch> read_patch(json::object& resource) {
  if (json::find_string(resource, "resourceType") != "Binary" ||
      json::find_string(resource, "contentType") != "application/json-patch+json")
    return Error(kBadPatch, "a PATCH entry holds a Binary of type application/json-patch+json");
  const auto bytes = from_base64(json::find_string(resource, "data").value_or(""));
  if (!bytes) return Error(kBadPatch, "Binary.data is not base64");
  XL_TRY(json::value operations,
         json::parse_exact({reinterpret_cast<const char*>(bytes->data()), bytes->size()}));
  return Patch::of_json_patch(std::move(operations));
}

std::optional<Verb> verb_of(std::string_view method, std::string_view url) {
  const bool operation = url.find('$') != std::string_view::npos || url.ends_with("/_search");
  if (method == "GET" || method == "HEAD") return Verb::Fetch;
  if (method == "POST") return operation ? Verb::Fetch : Verb::Create;
  if (method == "PUT") return Verb::Update;
  if (method == "PATCH") return Verb::Patch;
  if (method == "DELETE") return Verb::Delete;
  return std::nullopt;
}

class RequestReader {
public:
  RequestReader(Step& step, const BundleOptions& options, IssueSink& issues)
      : step_(step), options_(options), issues_(issues) {}

  Result<void> read(const json::object& request) {
    const std::string_view method = json::find_string(request, "method").value_or("");
    const std::string_view url =
        without_base(json::find_string(request, "url").value_or(""), options_.base_url);
    const auto verb = verb_of(method, url);
    if (!verb) return refused("value", "method is one of GET, HEAD, POST, PUT, PATCH, DELETE");
    step_.verb = *verb;
    if (step_.verb == Verb::Fetch) {
      if (options_.fetch) return {};
      return refused("not-supported", "only entries that write are taken here");
    }
    if (const auto etag = json::find_string(request, "ifMatch")) {
      step_.if_match = version_of(*etag);
      if (!step_.if_match) return refused("value", "ifMatch is not of the form W/\"1\"");
    }
    if (step_.verb == Verb::Create) return create(request, url);
    XL_CHECK(target(std::string(method), url));
    if (step_.verb != Verb::Patch) return {};
    const auto patch = read_patch(step_.resource);
    if (!patch) return refused("value", patch.error().message());
    step_.patch = *patch;
    return {};
  }

private:
  Error refused(std::string code, std::string message) {
    return refuse(issues_, step_.index, std::move(code), std::move(message));
  }

  Result<void> criteria(const std::string& type, std::string_view text) {
    Result<Criteria> read = read_criteria(type, text, options_.base_url);
    if (!read) return refused("value", read.error().message());
    step_.criteria = std::move(*read);
    return {};
  }

  Result<void> create(const json::object& request, std::string_view url) {
    if (url != step_.type) return refused("value", "the url of a POST is the type of its resource");
    step_.id.clear();
    const auto condition = json::find_string(request, "ifNoneExist");
    return condition ? criteria(step_.type, *condition) : Result<void>();
  }

  Result<void> target(const std::string& method, std::string_view url) {
    const bool names_type = step_.verb == Verb::Update;  // the others have another resource or none
    if (const size_t mark = url.find('?'); mark != std::string_view::npos) {
      const std::string type(url.substr(0, mark));
      if (names_type && type != step_.type)
        return refused("value", "the url of a PUT names the type of its resource");
      step_.type = type;
      step_.id.clear();
      return criteria(type, url);
    }
    const auto reference = fhir::parse_reference(url);
    if (!reference || reference->kind != fhir::Reference::Kind::Relative || !reference->version.empty())
      return refused("value", "the url of a " + method + " is Type/id, or Type?criteria");
    if (names_type && (reference->type != step_.type || reference->id != step_.id))
      return refused("value", "the url of a PUT names type and id of its resource");
    step_.type = reference->type;
    step_.id = reference->id;
    return {};
  }

  Step& step_;
  const BundleOptions& options_;
  IssueSink& issues_;
};

}  // namespace

bool is_fetch(const json::object& request) {
  return verb_of(json::find_string(request, "method").value_or(""),
                 json::find_string(request, "url").value_or("")) == Verb::Fetch;
}

std::string place_of(size_t index) {
  return "Bundle.entry[" + std::to_string(index) + "]";
}

Error refuse(IssueSink& issues, size_t index, std::string code, std::string message) {
  issues.error(std::move(code), place_of(index), message);
  return {kInvalidResource, place_of(index) + ": " + message};
}

Result<Criteria> read_criteria(std::string type, std::string_view text, const std::string& base_url) {
  if (const size_t mark = text.find('?'); mark != std::string_view::npos) {
    if (mark > 0 && text.substr(0, mark) != type)
      return Error(kBadParameter, "the criteria are of another type");
    text.remove_prefix(mark + 1);
  }
  XL_TRY(const std::vector<http::Parameter> parameters, http::parse_query(text));
  Criteria out{std::move(type), {}};
  for (const http::Parameter& given : parameters) {
    const size_t colon = std::min(given.name.find(':'), given.name.size());
    SearchParameter parameter{given.name.substr(0, colon), "",
                              std::string(without_base(given.value, base_url))};
    if (colon < given.name.size()) parameter.modifier = given.name.substr(colon + 1);
    out.parameters.push_back(std::move(parameter));
  }
  if (out.parameters.empty()) return Error(kNoCriteria);
  return out;
}

Result<Step> read_step(json::value& entry, size_t index, const BundleOptions& options, IssueSink& issues) {
  if (!entry.is_object()) return refuse(issues, index, "structure", "an entry must be an object");
  json::object& object = entry.get_object();
  Step step;
  step.index = index;
  step.full_url = json::find_string(object, "fullUrl").value_or("");
  const json::object* request = json::find_object(object, "request");
  if (json::value* resource = object.if_contains("resource")) {
    if (!resource->is_object()) return refuse(issues, index, "structure", "the resource must be an object");
    step.type = json::find_string(resource->get_object(), "resourceType").value_or("");
    step.id = json::find_string(resource->get_object(), "id").value_or("");
    step.given_id = step.id;
    step.resource = std::move(resource->get_object());
  }
  if (options.lenient && !Record::is_known_type(step.type)) return step;
  if (request) {
    XL_CHECK(RequestReader(step, options, issues).read(*request));
  } else if (options.lenient) {
    step.verb = step.id.empty() ? Verb::Create : Verb::Update;
  } else {
    return refuse(issues, index, "required", "an entry needs a request");
  }
  if (step.verb == Verb::Fetch) {
    if (!step.resource.empty()) object["resource"] = std::move(step.resource);
    step.resource = json::object();
    step.entry = std::move(object);
  } else if (step.verb != Verb::Delete && step.verb != Verb::Patch && step.resource.empty()) {
    return refuse(issues, index, "required", "an entry needs a resource");
  }
  return step;
}

}  // namespace xinglin::record::detail
