#include "core/record/bundle.h"

#include <algorithm>
#include <future>
#include <map>
#include <set>

#include "core/record/detail/bundle_step.h"
#include "core/record/detail/rewrite.h"

namespace xinglin::record {
namespace {

using detail::place_of;
using detail::refuse;
using detail::Step;
using detail::Verb;
using Outcome = BundleEntry::Outcome;

// What the searches of a Bundle have found, before anything of it is written.
struct Answers {
  std::map<size_t, std::optional<Resource>> steps;  // by their place in the Bundle
  std::map<std::string, std::string> references;    // "Patient?identifier=1" -> "Patient/7"

  bool same_as(const Answers& other) const {
    const auto alike = [](const auto& a, const auto& b) {
      return a.first == b.first && a.second.has_value() == b.second.has_value() &&
             (!a.second || a.second->id == b.second->id);
    };
    return references == other.references && steps.size() == other.steps.size() &&
           std::equal(steps.begin(), steps.end(), other.steps.begin(), alike);
  }
};

void copy_issues(const IssueSink& from, size_t index, IssueSink& to) {
  for (Issue issue : from.issues()) {
    issue.path = place_of(index) + ".resource: " + issue.path;
    to.add(std::move(issue));
  }
}

// Steps that are done together: all entries of a transaction, or one of a batch.
class Work {
public:
  Work(Record& record, const trust::Access& access, const BundleOptions& options)
      : record_(record), access_(access), options_(options) {}

  Result<void> add(json::value& entry, size_t index, IssueSink& issues) {
    XL_TRY(Step step, detail::read_step(entry, index, options_, issues));
    has_conditions_ = has_conditions_ || step.criteria.has_value();
    if (!has_conditions_)
      detail::for_each_condition(step.resource, [this](const std::string&) { has_conditions_ = true; });
    steps_.push_back(std::move(step));
    return {};
  }

  // Everything that needs no write. With conditions, what they find now; write() looks again.
  Result<void> make_ready(IssueSink& issues) {
    if (!has_conditions_) return prepare_all(issues);
    XL_TRY(Answers found, record_.store().read([&](sql::Session& session) { return ask(session, issues); }));
    answers_ = std::move(found);
    return prepare_all(issues);
  }

  // Can be called again: a group of writes is run again when one of them fails.
  Result<std::vector<BundleEntry>> write(sql::Tx& tx, IssueSink& issues) {
    if (has_conditions_) {
      XL_TRY(Answers found, ask(tx, issues));
      const bool ready = is_ready_ && found.same_as(answers_);
      answers_ = std::move(found);
      is_ready_ = false;
      if (!ready) XL_CHECK(prepare_all(issues));
      is_ready_ = true;
    }
    if (!options_.once.empty()) XL_CHECK(mark_done(tx));
    std::vector<BundleEntry> out(steps_.size());
    for (const Verb verb : {Verb::Delete, Verb::Create, Verb::Update, Verb::Patch, Verb::Fetch, Verb::Skip})
      for (size_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].verb != verb) continue;
        Result<BundleEntry> entry = perform(tx, i, issues);
        if (!entry) return entry.error().with_context(place_of(steps_[i].index));
        out[i] = std::move(*entry);
      }
    return out;
  }

private:
  Result<void> mark_done(sql::Tx& tx) {
    XL_TRY(const int64_t added, tx.run("INSERT OR IGNORE INTO record_import (digest, at) VALUES (?1, ?2)",
                                       options_.once, record_.now()));
    if (added == 0) return Error(kAlreadyDone);
    return {};
  }

  Result<Answers> ask(sql::Session& session, IssueSink& issues) {
    Answers out;
    for (const Step& step : steps_) {
      if (step.criteria) {
        auto found = find_one(record_, session, access_, *step.criteria);
        if (!found) return explained(found.error(), step, issues);
        out.steps.emplace(step.index, std::move(*found));
      }
      Result<void> resolved;
      detail::for_each_condition(step.resource, [&](const std::string& reference) {
        if (resolved && !out.references.contains(reference)) resolved = resolve(session, reference, out);
      });
      if (!resolved) return explained(resolved.error(), step, issues);
    }
    return out;
  }

  static Error explained(const Error& error, const Step& step, IssueSink& issues) {
    issues.error("processing", place_of(step.index), error.message());
    return error.with_context(place_of(step.index));
  }

  Result<void> resolve(sql::Session& session, const std::string& reference, Answers& out) {
    std::string type = reference.substr(0, reference.find('?'));
    if (!Record::is_known_type(type)) return {};
    XL_TRY(const Criteria criteria, detail::read_criteria(type, reference, options_.base_url));
    XL_TRY(const auto found, find_one(record_, session, access_, criteria));
    if (!found) return Error(kNoMatch, "no " + type + " matches a conditional reference");
    out.references.emplace(reference, type + "/" + found->id);
    return {};
  }

  // The ids first, so that every link can be rewritten before anything is checked.
  Result<void> prepare_all(IssueSink& issues) {
    detail::Addresses addresses;
    targets_.assign(steps_.size(), "");
    prepared_.clear();
    prepared_.resize(steps_.size());
    std::set<std::string> written;
    std::map<std::string, std::string> conditional;  // what several entries create under one condition
    for (size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (step.verb == Verb::Skip || step.verb == Verb::Fetch) continue;
      XL_TRY(targets_[i], target_of(step, conditional));
      if (targets_[i].empty()) continue;  // a conditional delete or patch of nothing
      const std::string address = step.type + "/" + targets_[i];
      const bool existing = step.verb == Verb::Create && step.criteria;
      if (!written.insert(address).second && !existing)
        return refuse(issues, step.index, "duplicate", address + " is written twice");
      if (!step.full_url.empty() && !addresses.emplace(step.full_url, address).second)
        return refuse(issues, step.index, "duplicate", "another entry has the same fullUrl");
    }
    for (const auto& [reference, target] : answers_.references) addresses.emplace(reference, target);
    for (size_t i = 0; i < steps_.size(); ++i) XL_CHECK(prepare(i, addresses, issues));
    return {};
  }

  // The id that a step writes to; "" when there is nothing to write to.
  Result<std::string> target_of(const Step& step, std::map<std::string, std::string>& conditional) {
    const auto found = answers_.steps.find(step.index);
    const Resource* match = found != answers_.steps.end() && found->second ? &*found->second : nullptr;
    if (step.verb == Verb::Create) {
      if (match) return match->id;
      if (!step.criteria) return record_.new_id();
      std::string condition = step.type;
      for (const SearchParameter& p : step.criteria->parameters)
        condition +=
            json::serialize(json::array{json::value(p.name), json::value(p.modifier), json::value(p.value)});
      const auto [it, first] = conditional.emplace(condition, "");
      if (first) it->second = record_.new_id();
      return it->second;
    }
    if (!step.criteria) return step.id;
    if (step.verb != Verb::Update) return match ? match->id : std::string();
    if (match && !step.given_id.empty() && step.given_id != match->id)
      return Error(kWrongMatch,
                   place_of(step.index) + ": the criteria match another resource than the id names");
    if (match) return match->id;
    return step.given_id.empty() ? record_.new_id() : step.given_id;
  }

  // A match is there already, or an entry before this one makes what both ask for.
  bool is_existing(size_t i) const {
    const Step& step = steps_[i];
    if (step.verb != Verb::Create || !step.criteria) return false;
    if (const auto found = answers_.steps.find(step.index); found->second) return true;
    const auto end = targets_.begin() + static_cast<std::ptrdiff_t>(i);
    return std::find(targets_.begin(), end, targets_[i]) != end;
  }

  Result<void> prepare(size_t i, const detail::Addresses& addresses, IssueSink& issues) {
    Step& step = steps_[i];
    if ((step.verb != Verb::Create && step.verb != Verb::Update) || is_existing(i)) return {};
    // With conditions the resource is kept, since it may have to be made ready again.
    json::object resource = has_conditions_ ? step.resource : std::move(step.resource);
    if (!addresses.empty()) detail::rewrite(resource, addresses);
    IssueSink own;
    Result<Prepared> prepared =
        record_.prepare(std::move(resource), own, {.if_match = step.if_match, .id = targets_[i]});
    copy_issues(own, step.index, issues);
    if (!prepared) return prepared.error().with_context(place_of(step.index));
    prepared_[i].emplace(std::move(*prepared));
    return {};
  }

  Result<BundleEntry> perform(sql::Tx& tx, size_t i, IssueSink& issues) {
    const Step& step = steps_[i];
    const std::string& id = targets_[i];
    BundleEntry out;
    out.type = step.type;
    out.id = id;
    switch (step.verb) {
      case Verb::Skip:
        out.outcome = Outcome::Skipped;
        return out;
      case Verb::Fetch: {
        out = options_.fetch(&tx, step.entry);
        if (out.error) return *out.error;
        return out;
      }
      case Verb::Delete:
        out.outcome = Outcome::Deleted;
        if (!id.empty()) XL_CHECK(remove(tx, step, id));
        return out;
      case Verb::Patch: {
        if (id.empty()) return Error(kNoResource, "no " + step.type + " matches the criteria");
        IssueSink own;
        Result<Resource> patched =
            patch(record_, tx, access_, step.type, id, *step.patch, own, {.if_match = step.if_match});
        copy_issues(own, step.index, issues);
        if (!patched) return patched.error();
        return entry_of(std::move(*patched), Outcome::Updated);
      }
      default:
        break;
    }
    if (!prepared_[i]) {
      XL_TRY(auto existing, record_.current(tx, step.type, id));
      if (!existing) return Error(kNoResource, step.type + "/" + id + " is not here");
      return entry_of(std::move(*existing), Outcome::Existing);
    }
    XL_TRY(Resource written, step.verb == Verb::Create ? record_.create(tx, access_, *prepared_[i])
                                                       : update(tx, step, *prepared_[i]));
    const Outcome outcome = written.version == 1 ? Outcome::Created : Outcome::Updated;
    return entry_of(std::move(written), outcome);
  }

  // Of a conditional update that matches nothing, the id in the body must be free.
  Result<Resource> update(sql::Tx& tx, const Step& step, const Prepared& prepared) {
    if (step.criteria && !answers_.steps.at(step.index) && !step.given_id.empty()) {
      XL_TRY(const auto taken, record_.current(tx, step.type, step.given_id));
      if (taken && !taken->deleted && access_.restriction() &&
          !record_.read(tx, access_, step.type, step.given_id))
        return Error(kNoResource, step.type + "/" + step.given_id + " is not here");
      if (taken && !taken->deleted)
        return Error(kIdTaken, step.type + "/" + step.given_id + " exists and does not match the criteria");
    }
    return record_.update(tx, access_, prepared);
  }

  // Deleting what is not there has reached its aim.
  Result<void> remove(sql::Tx& tx, const Step& step, const std::string& id) {
    const Result<void> done = record_.remove(tx, access_, step.type, id, {.if_match = step.if_match});
    if (!done && done.error().is(kNoResource)) return {};
    return done;
  }

  BundleEntry entry_of(Resource resource, Outcome outcome) const {
    BundleEntry out;
    out.outcome = outcome;
    out.version = resource.version;
    out.last_updated = resource.last_updated;
    if (options_.keep_text) out.text = std::move(resource.text);
    out.type = std::move(resource.type);
    out.id = std::move(resource.id);
    return out;
  }

  Record& record_;
  const trust::Access& access_;
  BundleOptions options_;
  std::vector<Step> steps_;
  bool has_conditions_ = false;
  bool is_ready_ = false;
  Answers answers_;
  std::vector<std::string> targets_;
  std::vector<std::optional<Prepared>> prepared_;
};

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

}  // namespace

struct ReadyTransaction::Parts {
  Record& record;
  Work work;
};

ReadyTransaction::ReadyTransaction(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ReadyTransaction::~ReadyTransaction() = default;
ReadyTransaction::ReadyTransaction(ReadyTransaction&&) noexcept = default;
ReadyTransaction& ReadyTransaction::operator=(ReadyTransaction&&) noexcept = default;

Result<ReadyTransaction> ReadyTransaction::prepare(Record& record, const trust::Access& access,
                                                   json::object bundle, IssueSink& issues,
                                                   const BundleOptions& options) {
  XL_TRY(json::array entries, take_entries(bundle, "transaction", options));
  auto parts = std::make_unique<Parts>(Parts{record, Work(record, access, options)});
  for (size_t i = 0; i < entries.size(); ++i) XL_CHECK(parts->work.add(entries[i], i, issues));
  XL_CHECK(parts->work.make_ready(issues));
  return ReadyTransaction(std::move(parts));
}

Result<std::vector<BundleEntry>> ReadyTransaction::commit(IssueSink& issues) {
  const IssueSink before = issues;
  return parts_->record.store().write_for<std::vector<BundleEntry>>([&](sql::Tx& tx) {
    issues = before;
    return parts_->work.write(tx, issues);
  });
}

Result<std::vector<BundleEntry>> process_transaction(Record& record, const trust::Access& access,
                                                     json::object bundle, IssueSink& issues,
                                                     const BundleOptions& options) {
  XL_TRY(ReadyTransaction ready,
         ReadyTransaction::prepare(record, access, std::move(bundle), issues, options));
  return ready.commit(issues);
}

namespace {

// FHIR R4 3.1.0.11.1: an entry that is wrong is no matter of the others.
struct Lot {
  Work work;
  BundleEntry& entry;
  std::future<Result<void>> running;
};

void begin(Record& record, Lot& lot) {
  lot.running = record.store().write_async([&lot, before = lot.entry.issues](sql::Tx& tx) -> Result<void> {
    IssueSink issues = before;
    auto done = lot.work.write(tx, issues);
    if (done) lot.entry = std::move(done->front());
    lot.entry.issues = std::move(issues);
    if (!done) return done.error();
    return {};
  });
}

bool is_fetch(const json::value& entry) {
  const json::object* object = entry.if_object();
  const json::object* request = object ? json::find_object(*object, "request") : nullptr;
  return request && detail::is_fetch(*request);
}

}  // namespace

Result<std::vector<BundleEntry>> process_batch(Record& record, const trust::Access& access,
                                               json::object bundle, const BundleOptions& options) {
  XL_TRY(json::array entries, take_entries(bundle, "batch", options));
  std::vector<BundleEntry> out(entries.size());
  std::vector<std::unique_ptr<Lot>> lots;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (options.fetch && is_fetch(entries[i])) continue;
    auto lot = std::make_unique<Lot>(Lot{Work(record, access, options), out[i], {}});
    Result<void> ready = lot->work.add(entries[i], i, out[i].issues);
    if (ready) ready = lot->work.make_ready(out[i].issues);
    if (!ready) {
      out[i].error = ready.error();
      continue;
    }
    begin(record, *lot);
    lots.push_back(std::move(lot));
  }
  for (const auto& lot : lots) {
    const Result<void> done = lot->running.get();
    if (done) continue;
    lot->entry.outcome = Outcome::Failed;
    lot->entry.error = done.error();
  }
  for (size_t i = 0; i < entries.size(); ++i)  // they see what the others have written
    if (options.fetch && is_fetch(entries[i])) out[i] = options.fetch(nullptr, entries[i].get_object());
  return out;
}

}  // namespace xinglin::record
