#include "core/record/bundle.h"

#include <future>
#include <set>
#include <unordered_map>

#include "codec/fhir/reference.h"

namespace xinglin::record {
namespace {

enum class Verb { Create, Update, Delete, Skip };

struct Step {
  Verb verb = Verb::Skip;
  std::string full_url;
  std::string type, id;
  std::optional<int64_t> if_match;
  json::object resource;
  std::optional<Prepared> prepared;
};

using Addresses = std::unordered_map<std::string, std::string>;  // fullUrl -> Type/id

std::string place_of(size_t index) {
  return "Bundle.entry[" + std::to_string(index) + "]";
}

Error refuse(IssueSink& issues, size_t index, std::string code, std::string message) {
  issues.error(std::move(code), place_of(index), message);
  return {kInvalidResource, place_of(index) + ": " + message};
}

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

// What the request of an entry asks for.
Result<void> read_request(const json::object& request, Step& step, size_t index, IssueSink& issues) {
  for (const char* conditional : {"ifNoneExist", "ifNoneMatch", "ifModifiedSince"})
    if (request.contains(conditional))
      return refuse(issues, index, "not-supported", "conditional requests are not offered");
  const std::string method(json::find_string(request, "method").value_or(""));
  const std::string_view url = json::find_string(request, "url").value_or("");
  if (const auto etag = json::find_string(request, "ifMatch")) {
    step.if_match = version_of(*etag);
    if (!step.if_match) return refuse(issues, index, "value", "ifMatch is not of the form W/\"1\"");
  }
  if (method == "POST") {
    if (url != step.type)
      return refuse(issues, index, "value", "the url of a POST is the type of its resource");
    step.verb = Verb::Create;
    return {};
  }
  if (method != "PUT" && method != "DELETE")
    return refuse(issues, index, "not-supported", "only POST, PUT and DELETE entries are offered");
  const auto target = fhir::parse_reference(url);
  if (!target || target->kind != fhir::Reference::Kind::Relative)
    return refuse(issues, index, "value", "the url of a " + method + " is Type/id");
  if (method == "PUT" && (target->type != step.type || target->id != step.id))
    return refuse(issues, index, "value", "the url of a PUT names type and id of its resource");
  step.type = target->type;
  step.id = target->id;
  step.verb = method == "PUT" ? Verb::Update : Verb::Delete;
  return {};
}

Result<Step> read_entry(json::value& entry, size_t index, const BundleOptions& options, IssueSink& issues) {
  if (!entry.is_object()) return refuse(issues, index, "structure", "an entry must be an object");
  json::object& object = entry.get_object();
  Step step;
  step.full_url = json::find_string(object, "fullUrl").value_or("");
  if (json::value* resource = object.if_contains("resource")) {
    if (!resource->is_object()) return refuse(issues, index, "structure", "the resource must be an object");
    step.resource = std::move(resource->get_object());
    step.type = json::find_string(step.resource, "resourceType").value_or("");
    step.id = json::find_string(step.resource, "id").value_or("");
  }
  if (options.lenient && !Record::is_known_type(step.type)) return step;
  if (const json::object* request = json::find_object(object, "request")) {
    XL_CHECK(read_request(*request, step, index, issues));
  } else if (options.lenient) {
    step.verb = step.id.empty() ? Verb::Create : Verb::Update;
  } else {
    return refuse(issues, index, "required", "an entry needs a request");
  }
  if (step.verb != Verb::Delete && step.resource.empty())
    return refuse(issues, index, "required", "an entry needs a resource");
  return step;
}

void rewrite(json::value& value, const Addresses& addresses) {
  if (json::array* items = value.if_array()) {
    for (json::value& item : *items) rewrite(item, addresses);
  } else if (json::object* object = value.if_object()) {
    for (auto& member : *object) {
      if (member.key() == "reference" && member.value().is_string()) {
        const auto it = addresses.find(std::string(std::string_view(member.value().get_string())));
        if (it != addresses.end()) member.value() = it->second;
      } else {
        rewrite(member.value(), addresses);
      }
    }
  }
}

// The entries of a Bundle of this type.
Result<json::array> take_entries(json::object& bundle, std::string_view type, const BundleOptions& options) {
  if (json::find_string(bundle, "resourceType") != "Bundle")
    return Error(kInvalidResource, "this is not a Bundle");
  const auto given = json::find_string(bundle, "type");
  if (!options.lenient && given != type)
    return Error(kInvalidResource, "Bundle.type must be " + std::string(type));
  json::value* entries = bundle.if_contains("entry");
  if (!entries) return json::array{};
  if (!entries->is_array()) return Error(kInvalidResource, "Bundle.entry must be an array");
  if (entries->get_array().size() > options.entries_max)
    return Error(errors::kTooLarge,
                 "more than " + std::to_string(options.entries_max) + " entries in one Bundle");
  return std::move(entries->get_array());
}

Result<void> prepare(const Record& record, Step& step, IssueSink& issues) {
  if (step.verb != Verb::Create && step.verb != Verb::Update) return {};
  WriteOptions options{.if_match = step.if_match, .id = step.id};
  XL_TRY(Prepared prepared, record.prepare(std::move(step.resource), issues, options));
  step.prepared.emplace(std::move(prepared));
  return {};
}

Result<BundleEntry> perform(Record& record, sql::Tx& tx, const trust::Access& access, const Step& step) {
  BundleEntry out;
  out.type = step.type;
  out.id = step.id;
  if (step.verb == Verb::Skip) {
    out.outcome = BundleEntry::Outcome::Skipped;
    return out;
  }
  if (step.verb == Verb::Delete) {
    XL_CHECK(record.remove(tx, access, step.type, step.id, {.if_match = step.if_match}));
    out.outcome = BundleEntry::Outcome::Deleted;
    return out;
  }
  Result<Resource> written = step.verb == Verb::Create ? record.create(tx, access, *step.prepared)
                                                       : record.update(tx, access, *step.prepared);
  if (!written) return written.error();
  out.version = written->version;
  out.last_updated = written->last_updated;
  out.outcome = out.version == 1 ? BundleEntry::Outcome::Created : BundleEntry::Outcome::Updated;
  return out;
}

void copy_issues(const IssueSink& from, size_t index, IssueSink& to) {
  for (Issue issue : from.issues()) {
    issue.path = place_of(index) + ".resource: " + issue.path;
    to.add(std::move(issue));
  }
}

// Ids first, so that every reference can be rewritten before anything is checked.
Result<void> assign_ids(const Record& record, std::vector<Step>& steps, IssueSink& issues) {
  Addresses addresses;
  std::set<std::string> targets;
  for (size_t i = 0; i < steps.size(); ++i) {
    Step& step = steps[i];
    if (step.verb == Verb::Skip) continue;
    if (step.verb == Verb::Create) step.id = record.new_id();
    const std::string target = step.type + "/" + step.id;
    if (!targets.insert(target).second) return refuse(issues, i, "duplicate", target + " is written twice");
    if (!step.full_url.empty() && !addresses.emplace(step.full_url, target).second)
      return refuse(issues, i, "duplicate", "another entry has the same fullUrl");
  }
  for (Step& step : steps)
    for (auto& member : step.resource) rewrite(member.value(), addresses);
  return {};
}

}  // namespace

Result<std::vector<BundleEntry>> process_transaction(Record& record, const trust::Access& access,
                                                     json::object bundle, IssueSink& issues,
                                                     const BundleOptions& options) {
  XL_TRY(json::array entries, take_entries(bundle, "transaction", options));
  std::vector<Step> steps;
  for (json::value& entry : entries) {
    XL_TRY(Step step, read_entry(entry, steps.size(), options, issues));
    steps.push_back(std::move(step));
  }
  XL_CHECK(assign_ids(record, steps, issues));
  for (size_t i = 0; i < steps.size(); ++i) {
    IssueSink own;
    const Result<void> ready = prepare(record, steps[i], own);
    copy_issues(own, i, issues);
    if (!ready) return ready.error().with_context(place_of(i));
  }
  return record.store().write_for<std::vector<BundleEntry>>(
      [&](sql::Tx& tx) -> Result<std::vector<BundleEntry>> {
        std::vector<BundleEntry> out;
        for (size_t i = 0; i < steps.size(); ++i) {
          Result<BundleEntry> entry = perform(record, tx, access, steps[i]);
          if (!entry) return entry.error().with_context(place_of(i));
          out.push_back(std::move(*entry));
        }
        return out;
      });
}

namespace {

// An entry of a batch up to its write. FHIR R4 3.1.0.11.1: one that is wrong is no matter of the others.
Result<void> make_ready(const Record& record, json::value& entry, size_t index, const BundleOptions& options,
                        Step& step, IssueSink& issues) {
  XL_TRY(step, read_entry(entry, index, options, issues));
  if (step.verb == Verb::Create) step.id = record.new_id();
  return prepare(record, step, issues);
}

}  // namespace

Result<std::vector<BundleEntry>> process_batch(Record& record, const trust::Access& access,
                                               json::object bundle, const BundleOptions& options) {
  XL_TRY(json::array entries, take_entries(bundle, "batch", options));
  std::vector<Step> steps(entries.size());
  std::vector<BundleEntry> out(steps.size());
  std::vector<std::future<Result<void>>> running(steps.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    const Result<void> ready = make_ready(record, entries[i], i, options, steps[i], out[i].issues);
    if (!ready) {
      out[i].error = ready.error();
      continue;
    }
    running[i] =
        record.store().write_async([&record, &access, &step = steps[i], &entry = out[i]](sql::Tx& tx) {
          IssueSink kept = entry.issues;
          Result<BundleEntry> done = perform(record, tx, access, step);
          if (!done) return Result<void>(done.error());
          entry = std::move(*done);
          entry.issues = std::move(kept);
          return Result<void>();
        });
  }
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!running[i].valid()) continue;
    const Result<void> done = running[i].get();
    if (!done) {
      out[i].outcome = BundleEntry::Outcome::Failed;
      out[i].error = done.error();
    }
  }
  return out;
}

}  // namespace xinglin::record
