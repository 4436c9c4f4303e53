#include <charconv>

#include "codec/fhir/outcome.h"
#include "codec/fhir/text.h"
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/respond.h"

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

class Reader {
public:
  Reader(const Context& context, record::SearchRequest& out) : context_(context), out_(out) {}

  Result<void> take(const http::Parameter& given) {
    const std::string& name = given.name;
    if (name == "_format" || name == "_pretty") return {};
    if (name == "_count") {
      XL_TRY(out_.count, parse_count(given.value));
      if (out_.count == 0) out_.count_only = true;
      return {};
    }
    if (name == "_sort") {
      for (std::string_view rest = given.value; !rest.empty();) {
        const size_t end = std::min(rest.find(','), rest.size());
        out_.sort.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      return {};
    }
    if (name == "_total") {
      if (given.value != "none" && given.value != "accurate" && given.value != "estimate")
        return bad("_total", "is one of none, estimate, accurate");
      out_.total = given.value == "none" ? record::Total::None : record::Total::Exact;
      return {};
    }
    if (name == "_summary") {
      if (given.value == "count") out_.count_only = true;
      if (given.value != "count" && given.value != "false")
        return bad("_summary", "only count and false are offered");
      return {};
    }
    if (name == "_cursor") {
      out_.cursor = given.value;
      return {};
    }
    out_.parameters.push_back(to_parameter(context_, given));
    return {};
  }

private:
  const Context& context_;
  record::SearchRequest& out_;
};

// The search as it was understood, with another cursor when given.
std::string link(const Context& context, const std::string& type,
                 const std::vector<http::Parameter>& parameters, const std::string* cursor) {
  std::string out = context.base_url + "/" + type;
  char separator = '?';
  const auto add = [&](std::string_view name, std::string_view value) {
    out += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  };
  for (const http::Parameter& p : parameters)
    if (!cursor || p.name != "_cursor") add(p.name, p.value);
  if (cursor) add("_cursor", *cursor);
  return out;
}

// Entries are spliced in as the text they are stored as; taking them apart would only cost time.
void append_entry(std::string& out, const std::string& base_url, const record::Resource& resource) {
  out += out.back() == '[' ? "{\"fullUrl\":" : ",{\"fullUrl\":";
  fhir::append_quoted(out, base_url + "/" + resource.type + "/" + resource.id);
  out += ",\"resource\":" + resource.text + ",\"search\":{\"mode\":\"match\"}}";
}

}  // namespace

record::SearchParameter to_parameter(const Context& context, const http::Parameter& given) {
  const std::string& name = given.name;
  const size_t colon = std::min(name.find(':'), name.size());
  record::SearchParameter out{name.substr(0, colon), "", without_base(given.value, context.base_url)};
  if (colon < name.size()) out.modifier = name.substr(colon + 1);
  return out;
}

http::Response search(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::vector<http::Parameter>& parameters) {
  record::SearchRequest search;
  search.type = type;
  search.handling = preferences(request).handling;
  Reader reader(context, search);
  for (const http::Parameter& parameter : parameters)
    if (const Result<void> taken = reader.take(parameter); !taken) return fail(request, taken.error());
  const auto found =
      context.read([&](sql::Session& session) { return context.record.search(session, access, search); });
  if (!found) return fail(request, found.error());

  std::vector<fhir::BundleLink> links{{"self", link(context, type, parameters, nullptr)}};
  if (!found->next_cursor.empty())
    links.push_back({"next", link(context, type, parameters, &found->next_cursor)});
  json::object bundle = fhir::bundle("searchset", context.clock.now(), links);
  if (found->total >= 0) bundle["total"] = found->total;
  std::string text = fhir::to_text(bundle);
  if (found->matches.empty() && found->ignored.issues().empty())
    return respond_text(request, 200, std::move(text));
  text.pop_back();
  text += ",\"entry\":[";
  for (const record::Resource& resource : found->matches) append_entry(text, context.base_url, resource);
  if (!found->ignored.issues().empty()) {
    text += text.back() == '[' ? "" : ",";
    text += "{\"resource\":" + fhir::to_text(fhir::operation_outcome(found->ignored)) +
            ",\"search\":{\"mode\":\"outcome\"}}";
  }
  return respond_text(request, 200, text + "]}");
}

}  // namespace xinglin::fhirrest::detail
