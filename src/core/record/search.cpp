#include "base/digest.h"
#include "core/record/detail/impl.h"
#include "core/record/detail/plan.h"

namespace xinglin::record {
namespace {

using detail::Clause;
using detail::Compiler;
using detail::Plan;
using detail::Position;
using detail::SortKey;

constexpr int64_t kCountMax = 1000;
constexpr size_t kParametersMax = 64;
constexpr size_t kBoundMax = 20'000;  // SQLite takes 32,766 in one statement

// A cursor belongs to one question: type, parameters and order, not to the size of a page.
std::string digest_of(const SearchRequest& request) {
  json::array all{json::value(request.type)};
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
  for (const SearchParameter& p : request.parameters) {
    const bool by_id = request.type == "Patient" && p.name == "_id";
    if (!by_id && p.name != "patient" && p.name != "subject") continue;
    std::string_view value = p.value;
    if (value.starts_with("Patient/")) value.remove_prefix(8);
    if (value.find_first_of(",/|:") == std::string_view::npos) return std::string(value);
  }
  return {};
}

json::value column_value(const sql::Query& query, int column, const SortKey& key) {
  if (query.is_null(column)) return nullptr;
  switch (key.stored_as) {
    case SortKey::Stored::Integer:
      return query.integer(column);
    case SortKey::Stored::Real:
      return query.real(column);
    case SortKey::Stored::Text:
      break;
  }
  return json::value(query.text(column));
}

Result<Resource> fetch(sql::Session& session, std::string_view type, int64_t key) {
  sql::Query query =
      session.query("SELECT id, version, updated_at, patient, text FROM record_resource WHERE key = ?1", key);
  if (!query.next()) {
    XL_CHECK(query.status());
    return Error(errors::kCorrupt, "the search index names a resource that is not there");
  }
  return Resource{
      std::string(type),          std::string(query.text(0)), query.integer(1), query.instant(2), false,
      std::string(query.text(4)), std::string(query.text(3))};
}

Result<std::vector<Clause>> compile_all(const Compiler& compiler, const SearchRequest& request,
                                        IssueSink& ignored) {
  if (request.parameters.size() > kParametersMax)
    return Error(kBadParameter, "more than 64 search parameters");
  std::vector<Clause> out;
  for (const SearchParameter& parameter : request.parameters) {
    Result<Clause> clause = compiler.compile(parameter);
    if (clause) {
      out.push_back(std::move(*clause));
    } else if (request.handling == Handling::Lenient && clause.error().is(kUnknownParameter)) {
      ignored.warning("not-supported", parameter.name, clause.error().message() + "; it was ignored");
    } else {
      return clause.error();
    }
  }
  return out;
}

}  // namespace

std::string escaped_value(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ',' || c == '|' || c == '$' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

Result<SearchResult> Record::search(sql::Session& session, const trust::Access& access,
                                    const SearchRequest& request) {
  XL_TRY(const detail::Visibility visible,
         impl_->visibility(access, trust::Permission::ReadClinical, trust::Interaction::Search,
                           trust::Action::Search, request.type, ""));
  const detail::TypeDef* type = detail::find_type(request.type);
  XL_CHECK(impl_->note(session, access,
                       {.action = trust::Action::Search,
                        .object = request.type,
                        .patient = patient_of(request),
                        .detail = names_of(request)}));
  SearchResult out;
  const Compiler compiler{session, *type, impl_->clock.now()};
  XL_TRY(std::vector<Clause> clauses, compile_all(compiler, request, out.ignored));
  XL_TRY(auto within, visible.clause(compiler));
  if (within) clauses.push_back(std::move(*within));
  XL_TRY(const std::vector<SortKey> keys, detail::sort_keys(*type, request.sort));
  XL_TRY(const Plan plan, detail::make_plan(session, *type, std::move(clauses)));
  if (plan.source.bound.size() + plan.where.bound.size() > kBoundMax)
    return Error(kBadParameter, "too many values in one search");
  if (request.count_only || request.total == Total::Exact) {
    sql::Query query = detail::run(session, detail::count_query(plan));
    if (query.next()) out.total = query.integer(0);
    XL_CHECK(query.status());
  }
  const int64_t count = std::min(request.count, kCountMax);
  if (request.count_only || count <= 0) return out;

  const std::string digest = digest_of(request);
  std::optional<Position> after;
  if (!request.cursor.empty()) {
    XL_TRY(after, detail::decode_cursor(request.cursor, digest, keys));
    XL_TRY(after->key, impl_->key_of_seen(session, visible, *type, after->id));
  }
  std::vector<Position> page;
  {
    sql::Query query =
        detail::run(session, detail::page_query(plan, keys, after ? &*after : nullptr, count + 1));
    while (query.next()) {
      Position& position = page.emplace_back();
      position.key = query.integer(0);
      for (size_t i = 0; i < keys.size(); ++i)
        position.values.push_back(column_value(query, static_cast<int>(i + 1), keys[i]));
    }
    XL_CHECK(query.status());
  }
  const bool more = page.size() > static_cast<size_t>(count);
  if (more) page.pop_back();
  for (const Position& position : page) {
    XL_TRY(Resource resource, fetch(session, request.type, position.key));
    out.matches.push_back(std::move(resource));
  }
  if (more) {
    page.back().id = out.matches.back().id;
    out.next_cursor = detail::encode_cursor(page.back(), digest);
  }
  return out;
}

}  // namespace xinglin::record
