#include "edge/fhirrest/meta_operations.h"

#include <algorithm>

#include "codec/fhir/build.h"
#include "core/record/conditional.h"

namespace xinglin::fhirrest {
namespace {

constexpr std::string_view kLists[] = {"profile", "security", "tag"};

OperationAnswer answer_with(const record::Resource& resource) {
  json::object meta;
  if (const auto parsed = resource.parsed())
    if (const json::object* stored = json::find_object(*parsed, "meta")) meta = *stored;
  OperationAnswer out;
  out.body = fhir::resource("Parameters");
  fhir::append(out.body, "parameter", json::object{{"name", "return"}, {"valueMeta", std::move(meta)}});
  return out;
}

// Profiles are the same by their text, codings by system and code.
bool same(const json::value& a, const json::value& b) {
  const json::object* first = a.if_object();
  const json::object* second = b.if_object();
  if (!first || !second) return a == b;
  return json::find_string(*first, "system") == json::find_string(*second, "system") &&
         json::find_string(*first, "code") == json::find_string(*second, "code");
}

bool contains(const json::array& list, const json::value& wanted) {
  return std::any_of(list.begin(), list.end(), [&](const json::value& one) { return same(one, wanted); });
}

void add(json::object& meta, const json::object& given) {
  for (const std::string_view name : kLists) {
    const json::array* more = json::find_array(given, name);
    if (!more) continue;
    for (const json::value& one : *more) {
      const json::array* list = json::find_array(meta, name);
      if (!list || !contains(*list, one)) fhir::append(meta, name, one);
    }
  }
}

void remove(json::object& meta, const json::object& given) {
  for (const std::string_view name : kLists) {
    const json::array* less = json::find_array(given, name);
    json::value* list = meta.if_contains(name);
    if (!less || !list || !list->is_array()) continue;
    json::array kept;
    for (const json::value& one : list->get_array())
      if (!contains(*less, one)) kept.push_back(one);
    if (kept.empty())
      meta.stable_erase(name);
    else
      *list = std::move(kept);
  }
}

Result<OperationAnswer> change(record::Record& record, const OperationCall& call, IssueSink& issues,
                               void (*apply)(json::object& meta, const json::object& given)) {
  const json::value* given = call.value("meta");
  if (!given || !given->is_object())
    return Error(errors::kInvalid, "the parameter meta, a valueMeta, is needed");
  const auto changes = [&](json::object& resource) -> Result<void> {
    json::value& meta = resource["meta"];
    if (!meta.is_object()) meta = json::object();
    apply(meta.get_object(), given->get_object());
    return {};
  };
  XL_TRY(const record::Resource changed, record.store().write_for<record::Resource>([&](sql::Tx& tx) {
    issues = IssueSink();  // a write can be run again
    return record::change(record, tx, call.access, call.type, call.id, changes, issues);
  }));
  return answer_with(changed);
}

Operation row(std::string name, std::string prose, Changes changes) {
  Operation out;
  out.definition = "http://hl7.org/fhir/OperationDefinition/Resource-" + name;
  out.name = std::move(name);
  out.prose = std::move(prose);
  out.on_instance = true;
  out.changes = changes;
  return out;
}

}  // namespace

std::vector<Operation> meta_operations(record::Record& record) {
  std::vector<Operation> out;
  out.push_back(row("meta", "Profiles, tags and security labels of a resource", Changes::Nothing));
  out.back().handle = [&record](const OperationCall& call, IssueSink&) -> Result<OperationAnswer> {
    XL_TRY(const record::Resource found, record.read_now(call.access, call.type, call.id));
    return answer_with(found);
  };
  out.push_back(row("meta-add", "Adds profiles, tags and security labels", Changes::Something));
  out.back().handle = [&record](const OperationCall& call, IssueSink& issues) {
    return change(record, call, issues, add);
  };
  out.push_back(row("meta-delete", "Takes profiles, tags and security labels away", Changes::Something));
  out.back().handle = [&record](const OperationCall& call, IssueSink& issues) {
    return change(record, call, issues, remove);
  };
  return out;
}

}  // namespace xinglin::fhirrest
