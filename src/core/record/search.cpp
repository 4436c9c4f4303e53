#include <algorithm>
#include <chrono>
#include <map>

#include "base/digest.h"
#include "core/record/detail/impl.h"
#include "core/record/detail/include.h"
#include "core/record/detail/plan.h"

namespace xinglin::record {
namespace {

using detail::Clause;
using detail::Compiler;
using detail::Plan;
using detail::Position;
using detail::SortKey;
using detail::TypeDef;
using detail::Visibility;

constexpr int64_t kCountMax = 1000;
constexpr size_t kParametersMax = 64, kIncludesMax = 32;
constexpr size_t kBoundMax = 20'000;   // SQLite takes 32,766 in one statement
constexpr size_t kIncludedMax = 5000;  // with one page

// A cursor belongs to one question: type, parameters and order, not to the size of a page.
std::string digest_of(const SearchRequest& request) {
  json::array all{json::value(request.type), json::value(request.compartment)};
  for (const std::string& type : request.types) all.push_back(json::value(type));
  for (const SearchParameter& p : request.parameters)
    all.push_back(json::array{json::value(p.name), json::value(p.modifier), json::value(p.value)});
  for (const std::string& key : request.sort) all.push_back(json::value(key));
  const Digest digest = sha256(json::serialize(json::value(std::move(all))));
  return to_hex(std::span(digest).first(8));
}

std::string names_of(const SearchRequest& request) {
  std::string out;
  for (const SearchParameter& p : request.parameters) out += (out.empty() ? "" : ",") + p.name;
  return out.substr(0, 200);
}

// The patient whose data was asked for, when the search names exactly one.
std::string patient_of(const SearchRequest& request) {
  if (request.compartment.starts_with("Patient/")) return request.compartment.substr(8);
  for (const SearchParameter& p : request.parameters) {
    const bool by_id = request.type == "Patient" && p.name == "_id";
    if (!by_id && p.name != "patient" && p.name != "subject") continue;
    std::string_view value = p.value;
    if (value.starts_with("Patient/")) value.remove_prefix(8);
    if (value.find_first_of(",/|:") == std::string_view::npos) return std::string(value);
  }
  return {};
}

Result<Resource> fetch(sql::Session& session, int64_t key) {
  sql::Query query = session.query(
      "SELECT id, version, updated_at, patient, text, type FROM record_resource WHERE key = ?1", key);
  const TypeDef* type = query.next() ? detail::type_of_number(static_cast<int>(query.integer(5))) : nullptr;
  XL_CHECK(query.status());
  if (!type) return Error(errors::kCorrupt, "the search index names a resource that is not there");
  return Resource{
      std::string(type->name),    std::string(query.text(0)), query.integer(1), query.instant(2), false,
      std::string(query.text(4)), std::string(query.text(3))};
}

// Two dates of one parameter are one stretch of its index when the resource has one value.
bool is_bound_of_stretch(const TypeDef& type, const SearchParameter& parameter) {
  const detail::ParameterDef* def = detail::find_parameter(type, parameter.name);
  return def && def->kind == detail::Kind::Date && !def->repeats && def->numbers.size() == 1 &&
         parameter.modifier.empty() && !parameter.value.starts_with("ne") &&
         parameter.value.find(',') == std::string::npos;
}

using Micros = std::chrono::microseconds;
int64_t micros_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

// One search: first the plan of each type, then totals, pages put together, and what goes along.
class Search {
public:
  Search(Record::Impl& impl, sql::Session& session, const trust::Access& access, const SearchRequest& request)
      : impl_(impl), session_(session), access_(access), request_(request) {}

  Result<SearchResult> run() {
    const auto begin = std::chrono::steady_clock::now();
    if (request_.explain && access_.restriction())
      return Error(trust::kNotAllowed, "_explain tells of rows that scopes may hide");
    XL_CHECK(plan_all());
    const int64_t planned = micros_since(begin);
    if (request_.count_only || request_.total == Total::Exact) XL_CHECK(count());
    const int64_t counted = micros_since(begin);
    const int64_t wanted = std::min(request_.count, kCountMax);
    if (!request_.count_only && wanted > 0) XL_CHECK(page(wanted));
    const int64_t read = micros_since(begin);
    if (!out_.matches.empty() && !request_.includes.empty()) XL_CHECK(include());
    if (request_.explain) {
      XL_CHECK(explain());
      out_.plan["microseconds"] = json::object{{"planning", planned},
                                               {"counting", counted - planned},
                                               {"page", read - counted},
                                               {"including", micros_since(begin) - read}};
    }
    return std::move(out_);
  }

private:
  struct OfType {
    const TypeDef* type;
    Visibility visible;
    Plan plan;
    std::vector<SortKey> keys;
    detail::Way way = detail::Way::Gathered;
  };

  Result<void> plan_all() {
    if (request_.parameters.size() > kParametersMax)
      return Error(kBadParameter, "more than 64 search parameters");
    if (!request_.type.empty()) return plan_one(request_.type);
    if (!request_.types.empty()) {
      for (const std::string& type : request_.types) XL_CHECK(plan_one(type));
      return {};
    }
    for (const TypeDef& type : detail::all_types()) {
      XL_TRY(const bool any, has_any(type));
      // Under scopes every type is planned: a refusal must not tell of which types something hidden is here.
      if (!any && !access_.restriction() && &type != &detail::all_types().front()) continue;
      const Visibility visible = Visibility::or_nothing(access_, type, trust::Interaction::Search);
      if (visible.reaches()) XL_CHECK(plan_one(type.name));
    }
    return note();
  }
  Result<bool> has_any(const TypeDef& type) {
    sql::Query query = session_.query("SELECT 1 FROM record_entry WHERE type = ?1 LIMIT 1", type.number);
    const bool any = query.next();
    XL_CHECK(query.status());
    return any;
  }

  Result<void> note() {
    if (std::exchange(noted_, true)) return {};
    return impl_.note(session_, access_,
                      {.action = trust::Action::Search,
                       .object = request_.type.empty() ? std::string("*") : request_.type,
                       .patient = patient_of(request_),
                       .detail = names_of(request_)});
  }

  Result<void> plan_one(std::string_view name) {
    XL_TRY(Visibility visible, impl_.visibility(access_, trust::Permission::ReadClinical,
                                                trust::Interaction::Search, trust::Action::Search, name, ""));
    XL_CHECK(note());
    const TypeDef* type = detail::find_type(name);
    const Compiler compiler{session_, *type, impl_.clock.now(), &access_, impl_.codes};
    XL_TRY(std::vector<Clause> clauses, compile_all(compiler));
    if (!request_.compartment.empty()) {
      XL_TRY(auto within, compiler.compile_compartment(request_.compartment));
      if (!within && request_.type.empty()) return {};
      if (!within)
        return Error(kBadParameter,
                     std::string(name) + " is not in the compartment of " + request_.compartment);
      clauses.push_back(std::move(*within));
    }
    XL_TRY(auto within, visible.clause(compiler));
    if (within) clauses.push_back(std::move(*within));
    XL_TRY(std::vector<SortKey> keys, detail::sort_keys(*type, request_.sort));
    size_t bound = 0;  // before the plan, which asks the database
    for (const auto& one : clauses) bound += one.set.bound.size() + one.probe.bound.size();
    if (bound > kBoundMax) return Error(kBadParameter, "too many values in one search");
    XL_TRY(Plan plan, detail::make_plan(session_, *type, std::move(clauses)));
    plans_.push_back({type, std::move(visible), std::move(plan), std::move(keys)});
    return {};
  }

  Result<std::vector<Clause>> compile_all(const Compiler& compiler) {
    std::vector<Clause> out;
    std::vector<SearchParameter> rest = request_.parameters;
    while (!rest.empty()) {
      const std::string name = rest.front().name;
      const auto same = std::stable_partition(rest.begin(), rest.end(), [&](const SearchParameter& p) {
        return p.name == name && is_bound_of_stretch(compiler.type, p);
      });
      std::vector<SearchParameter> together(rest.begin(), same);
      if (together.empty()) together.push_back(rest.front());
      rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(together.size()));
      Result<Clause> clause =
          together.size() > 1 ? compiler.compile_dates(
                                    *detail::find_parameter(compiler.type, together.front().name), together)
                              : compiler.compile(together.front());
      if (clause) {
        out.push_back(std::move(*clause));
      } else if (request_.handling == Handling::Lenient &&
                 (clause.error().is(kUnknownParameter) || clause.error().is(kBadParameter))) {
        out_.ignored.warning("not-supported", together.front().name,
                             clause.error().message() + "; it was ignored");
      } else {
        return clause.error();
      }
    }
    return out;
  }

  Result<void> count() {
    out_.total = 0;
    for (const OfType& one : plans_) {
      sql::Query query = detail::run(session_, one.plan.count());
      if (query.next()) out_.total += query.integer(0);
      XL_CHECK(query.status());
    }
    return {};
  }

  // The page of each type, put together in the order of all.
  Result<void> page(int64_t wanted) {
    if (plans_.empty()) return {};
    const std::string digest = digest_of(request_);
    const std::vector<SortKey>& keys = plans_.front().keys;
    std::optional<Position> after;
    if (!request_.cursor.empty()) {
      XL_TRY(after, detail::decode_cursor(request_.cursor, digest, keys));
      const auto of = std::find_if(plans_.begin(), plans_.end(),
                                   [&](const OfType& one) { return one.type->name == after->type; });
      if (of == plans_.end()) return Error(kBadCursor);
      XL_TRY(after->key, impl_.key_of_seen(session_, of->visible, *of->type, after->id));
    }
    std::vector<Position> rows;
    for (OfType& one : plans_) {
      XL_TRY(detail::Page page,
             detail::read_page(session_, one.plan, one.keys, after ? &*after : nullptr, wanted + 1));
      one.way = page.way;
      std::move(page.rows.begin(), page.rows.end(), std::back_inserter(rows));
    }
    if (plans_.size() > 1)
      std::sort(rows.begin(), rows.end(),
                [&](const Position& a, const Position& b) { return detail::comes_before(a, b, keys); });
    const bool more = rows.size() > static_cast<size_t>(wanted);
    if (more) rows.resize(static_cast<size_t>(wanted));
    for (const Position& row : rows) {
      XL_TRY(Resource resource, fetch(session_, row.key));
      out_.matches.push_back(std::move(resource));
      matched_.push_back(row.key);
    }
    if (!more) return {};
    rows.back().type = out_.matches.back().type;
    rows.back().id = out_.matches.back().id;
    out_.next_cursor = detail::encode_cursor(rows.back(), digest);
    return {};
  }

  Result<void> include() {
    if (request_.includes.size() > kIncludesMax) return Error(kBadParameter, "too many _include");
    std::vector<detail::IncludeRule> rules;
    for (const Include& wanted : request_.includes) {
      auto rule = detail::parse_include(wanted.what, wanted.reverse, wanted.iterate);
      if (rule) {
        rules.push_back(std::move(*rule));
      } else if (request_.handling == Handling::Lenient) {
        out_.ignored.warning("not-supported", wanted.what, rule.error().message() + "; it was ignored");
      } else {
        return rule.error();
      }
    }
    std::map<int, Visibility> visible;
    const auto may_see = [&](int64_t key) -> Result<bool> {
      if (!access_.restriction()) return true;
      XL_TRY(const Resource resource, fetch(session_, key));
      const TypeDef* type = detail::find_type(resource.type);
      const auto it =
          visible.try_emplace(type->number, Visibility::or_nothing(access_, *type, trust::Interaction::Read))
              .first;
      return it->second.complete() || it->second.covers(impl_.rows_of(*type, resource.text));
    };
    XL_TRY(const detail::Included found, detail::include(session_, rules, matched_, kIncludedMax, may_see));
    for (const int64_t key : found.keys) {
      XL_TRY(Resource resource, fetch(session_, key));
      out_.included.push_back(std::move(resource));
    }
    if (!found.complete)
      out_.ignored.warning("too-costly", "_include",
                           "more than " + std::to_string(kIncludedMax) +
                               " resources would be included; the rest was left out: ask for smaller pages");
    return {};
  }

  Result<void> explain() {
    json::array types;
    int64_t rows = 0;
    for (const OfType& one : plans_) {
      json::array clauses;
      for (size_t i = 0; i < one.plan.clauses.size(); ++i) {
        const Clause& clause = one.plan.clauses[i];
        json::object said{{"criterion", clause.said},
                          {"role", i == one.plan.driver   ? "drives"
                                   : clause.probe.empty() ? "is made once and probed"
                                                          : "is probed in the index"}};
        if (clause.negated) said["negated"] = true;
        if (one.plan.sizes[i]) said["resources"] = *one.plan.sizes[i];
        clauses.push_back(std::move(said));
      }
      XL_TRY(const int64_t looked_at, rows_of(one));
      rows += looked_at;
      types.push_back(json::object{
          {"type", one.type->name},
          {"clauses", std::move(clauses)},
          {"drivenBy", one.plan.driver == one.plan.clauses.size() ? std::string("all of the type")
                                                                  : one.plan.clauses[one.plan.driver].said},
          {"rowsOfDriver", looked_at},
          {"order", one.keys.empty()                 ? "as they were made"
                    : one.way == detail::Way::Walked ? "along the index of the first key"
                                                     : "sorted"},
          {"sql", one.plan.gathered_page(one.keys, nullptr, request_.count + 1).text}});
    }
    out_.plan["plans"] = std::move(types);
    out_.plan["rowsLookedAt"] = rows;
    return {};
  }
  Result<int64_t> rows_of(const OfType& one) {
    const bool all = one.plan.driver == one.plan.clauses.size();
    const Clause driver = all ? detail::everything(*one.type) : one.plan.clauses[one.plan.driver];
    sql::Query query =
        detail::run(session_, detail::Sql{}.add("SELECT COUNT(*) FROM (").add(driver.set).add(")"));
    const int64_t count = query.next() ? query.integer(0) : 0;
    XL_CHECK(query.status());
    return count;
  }

  Record::Impl& impl_;
  sql::Session& session_;
  const trust::Access& access_;
  const SearchRequest& request_;
  std::vector<OfType> plans_;
  std::vector<int64_t> matched_;
  SearchResult out_;
  bool noted_ = false;
};

std::string escaped_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',' || c == '|' || c == '$' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void Record::know_codes(const CodeSets& codes) {
  impl_->codes = &codes;
}

Result<SearchResult> Record::search(sql::Session& session, const trust::Access& access,
                                    const SearchRequest& request) {
  return Search(*impl_, session, access, request).run();
}

}  // namespace xinglin::record
