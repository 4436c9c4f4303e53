// History in pages, by the time of the versions. Positions are (time, row, version): a version that stops
// being the current one moves to another table and keeps all three.
#include <algorithm>
#include <charconv>
#include <map>

#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

constexpr int64_t kCountMax = 1000;

struct Position {
  int64_t updated = INT64_MAX, key = INT64_MAX, version = INT64_MAX;
  auto operator<=>(const Position&) const = default;
};
struct Found {
  Position at;
  const detail::TypeDef* type = nullptr;
  bool current = false;
};

// The four places where versions are; each is read along an index, newest first. ?1 type (or row), ?2 since,
// ?3 ?4 ?5 before, ?6 ?7 the moments of _at.
struct Source {
  const char* select;
  bool current;
};
constexpr Source kOfType[] = {
    {"SELECT updated_at, key, version FROM record_resource WHERE type = ?1 AND deleted = 0 AND updated_at >= "
     "?2 AND (updated_at, key) <= (?3, ?4) AND (updated_at, key, version) < (?3, ?4, ?5) AND updated_at < ?7 "
     "AND ?6 = ?6 ORDER BY updated_at DESC, key DESC",
     true},
    {"SELECT updated_at, key, version FROM record_resource WHERE type = ?1 AND deleted = 1 AND updated_at >= "
     "?2 AND (updated_at, key) <= (?3, ?4) AND (updated_at, key, version) < (?3, ?4, ?5) AND updated_at < ?7 "
     "AND ?6 = ?6 ORDER BY updated_at DESC, key DESC",
     true},
    {"SELECT h.updated_at, h.resource, h.version FROM record_history h WHERE h.type = ?1 AND h.updated_at >= "
     "?2 AND (h.updated_at, h.resource, h.version) < (?3, ?4, ?5) AND h.updated_at < ?7 AND (?6 = "
     "-9223372036854775808 OR COALESCE((SELECT n.updated_at FROM record_history n WHERE n.resource = "
     "h.resource AND n.version = h.version + 1), (SELECT r.updated_at FROM record_resource r WHERE r.key = "
     "h.resource)) > ?6) ORDER BY h.updated_at DESC, h.resource DESC, h.version DESC",
     false}};
constexpr Source kOfResource[] = {
    {"SELECT updated_at, key, version FROM record_resource WHERE key = ?1 AND updated_at >= ?2 AND version < "
     "?5 AND updated_at < ?7 AND ?3 = ?3 AND ?4 = ?4 AND ?6 = ?6",
     true},
    {"SELECT h.updated_at, h.resource, h.version FROM record_history h WHERE h.resource = ?1 AND "
     "h.updated_at >= ?2 AND h.version < ?5 AND ?3 = ?3 AND ?4 = ?4 AND h.updated_at < ?7 AND (?6 = "
     "-9223372036854775808 OR COALESCE((SELECT n.updated_at FROM record_history n WHERE n.resource = "
     "h.resource AND n.version = h.version + 1), (SELECT r.updated_at FROM record_resource r WHERE r.key = "
     "h.resource)) > ?6) ORDER BY h.version DESC",
     false}};

// "time.version.Type.id": names no row, whose numbers would tell of what the reader may not see.
std::string encode(const Resource& last) {
  return std::to_string(last.last_updated.us) + "." + std::to_string(last.version) + "." + last.type + "." +
         last.id;
}

class Reader {
public:
  // `resource`: the row of the one whose history it is, 0 for those of a type or of all.
  Reader(sql::Session& session, const HistoryRequest& request, int64_t resource, const Position& before)
      : session_(session), request_(request), resource_(resource), before_(before) {}

  // At most `limit` of what follows the position, in order.
  Result<std::vector<Found>> next(int64_t limit) {
    std::vector<Found> out;
    if (!request_.id.empty()) {
      XL_CHECK(collect(kOfResource, *detail::find_type(request_.type), resource_, limit, out));
      std::sort(out.begin(), out.end(),
                [](const Found& a, const Found& b) { return a.at.version > b.at.version; });
    } else {
      for (const detail::TypeDef& type : detail::all_types())
        if (request_.type.empty() || request_.type == type.name)
          XL_CHECK(collect(kOfType, type, type.number, limit, out));
      std::sort(out.begin(), out.end(), [](const Found& a, const Found& b) { return a.at > b.at; });
    }
    if (out.size() > static_cast<size_t>(limit)) out.resize(static_cast<size_t>(limit));
    if (!out.empty()) before_ = out.back().at;
    return out;
  }

  Result<int64_t> count() {
    int64_t out = 0;
    const auto add = [&](std::span<const Source> sources, int64_t of) -> Result<void> {
      for (const Source& source : sources) {
        sql::Query query = ask("SELECT COUNT(*) FROM (" + std::string(source.select) + ")", of, Position{});
        if (query.next()) out += query.integer(0);
        XL_CHECK(query.status());
      }
      return {};
    };
    if (!request_.id.empty()) {
      XL_CHECK(add(kOfResource, resource_));
      return out;
    }
    for (const detail::TypeDef& type : detail::all_types())
      if (request_.type.empty() || request_.type == type.name) XL_CHECK(add(kOfType, type.number));
    return out;
  }

  Result<Resource> fetch(const Found& found) {
    sql::Query query =
        found.current
            ? session_.query("SELECT id, deleted, patient, text FROM record_resource WHERE key = ?1",
                             found.at.key)
            : session_.query(
                  "SELECT r.id, h.deleted, h.patient, h.text FROM record_history h JOIN "
                  "record_resource r ON r.key = h.resource WHERE h.resource = ?1 AND h.version = ?2",
                  found.at.key, found.at.version);
    if (!query.next()) {
      XL_CHECK(query.status());
      return Error(errors::kCorrupt, "the history names a version that is not there");
    }
    return Resource{std::string(found.type->name), std::string(query.text(0)), found.at.version,
                    Instant{found.at.updated},     query.integer(1) != 0,      std::string(query.text(3)),
                    std::string(query.text(2))};
  }

private:
  sql::Query ask(const std::string& select, int64_t of, const Position& before) {
    const int64_t since = request_.since ? request_.since->us : INT64_MIN;
    const int64_t at_first = request_.at ? request_.at->first.us : INT64_MIN;
    const int64_t at_last = request_.at ? request_.at->last.us : INT64_MAX;
    return session_.query(select, of, since, before.updated, before.key, before.version, at_first, at_last);
  }

  Result<void> collect(std::span<const Source> sources, const detail::TypeDef& type, int64_t of,
                       int64_t limit, std::vector<Found>& out) {
    for (const Source& source : sources) {
      sql::Query query = ask(source.select, of, before_);
      for (int64_t taken = 0; taken < limit && query.next(); ++taken)
        out.push_back({{query.integer(0), query.integer(1), query.integer(2)}, &type, source.current});
      XL_CHECK(query.status());
    }
    return {};
  }

  sql::Session& session_;
  const HistoryRequest& request_;
  int64_t resource_;
  Position before_;
};

struct Cursor {
  Position at;  // without its row
  const detail::TypeDef* type = nullptr;
  std::string_view id;
};

Result<Cursor> decode(std::string_view rest) {
  Cursor out;
  for (int64_t* number : {&out.at.updated, &out.at.version}) {
    const char* last = rest.data() + rest.size();
    const auto [end, ec] = std::from_chars(rest.data(), last, *number);
    if (ec != std::errc() || end == last || *end != '.') return Error(kBadCursor);
    rest.remove_prefix(static_cast<size_t>(end - rest.data()) + 1);
  }
  const size_t dot = rest.find('.');
  if (dot == std::string_view::npos) return Error(kBadCursor);
  out.type = detail::find_type(rest.substr(0, dot));
  out.id = rest.substr(dot + 1);
  if (!out.type) return Error(kBadCursor);
  return out;
}

std::string object_of(const HistoryRequest& request) {
  if (request.type.empty()) return "history";
  return request.id.empty() ? request.type : request.type + "/" + request.id;
}

// What the scopes leave: of a type the versions that are covered, and of those the resources that are still.
template <class Impl>  // Record::Impl, which has no name out here
class Filter {
public:
  Filter(Impl& impl, sql::Session& session) : impl_(impl), session_(session) {}
  void add(const detail::TypeDef& type, detail::Visibility visible) {
    complete_ = complete_ && visible.complete();
    visible_.emplace(type.number, std::move(visible));
  }
  bool complete() const { return complete_; }
  const detail::Visibility& of(const detail::TypeDef& type) const { return visible_.at(type.number); }
  Result<bool> covers(const detail::TypeDef& type, const Resource& version) const {
    const detail::Visibility& visible = of(type);
    if (visible.complete()) return true;
    if (!version.deleted && !visible.covers(impl_.rows_of(type, version.text))) return false;
    XL_TRY(const auto now, impl_.find(session_, type, version.id));
    if (!now) return false;
    return impl_.covers(session_, visible, type, *now);
  }

private:
  Impl& impl_;
  sql::Session& session_;
  std::map<int, detail::Visibility> visible_;
  bool complete_ = true;
};

template <class Impl>
Result<Filter<Impl>> make_filter(Impl& impl, sql::Session& session, const trust::Access& access,
                                 const HistoryRequest& request) {
  Filter<Impl> out(impl, session);
  constexpr trust::Action kRead = trust::Action::Read;
  if (!request.type.empty()) {
    const auto way = request.id.empty() ? trust::Interaction::Search : trust::Interaction::Read;
    XL_TRY(detail::Visibility visible,
           impl.visibility(access, trust::Permission::ReadClinical, way, kRead, request.type, request.id));
    out.add(*detail::find_type(request.type), std::move(visible));
    return out;
  }
  const Result<void> allowed = access.require_within_scopes(trust::Permission::ReadClinical);
  XL_CHECK(impl.allow(access, allowed, kRead, "history", ""));
  for (const detail::TypeDef& type : detail::all_types())
    out.add(type, detail::Visibility::or_nothing(access, type, trust::Interaction::Search));
  return out;
}

// Rows that are not covered are passed over until the page is full.
Result<void> fill(HistoryPage& page, Reader& reader, const auto& filter, size_t count) {
  bool more = true;
  while (more && page.versions.size() <= count) {
    const auto wanted = static_cast<int64_t>(count + 1 - page.versions.size());
    XL_TRY(const std::vector<Found> found, reader.next(wanted));
    more = found.size() == static_cast<size_t>(wanted);
    for (const Found& one : found) {
      XL_TRY(Resource version, reader.fetch(one));
      XL_TRY(const bool seen, filter.covers(*one.type, version));
      if (seen) page.versions.push_back(std::move(version));
    }
  }
  if (page.versions.size() <= count) return {};
  page.versions.pop_back();
  if (count > 0) page.next_cursor = encode(page.versions.back());
  return {};
}

}  // namespace

Result<HistoryPage> Record::history(sql::Session& session, const trust::Access& access,
                                    const HistoryRequest& request) {
  XL_TRY(const auto filter, make_filter(*impl_, session, access, request));
  const detail::TypeDef* type = detail::find_type(request.type);
  std::optional<Impl::Current> one;
  if (!request.id.empty()) {
    XL_TRY(one, impl_->find(session, *type, request.id));
    bool seen = one.has_value();
    if (one) {
      XL_TRY(seen, impl_->covers(session, filter.of(*type), *type, *one));
    }
    XL_CHECK(impl_->note(session, access,
                         {.action = trust::Action::Read,
                          .object = object_of(request),
                          .patient = seen ? one->patient : "",
                          .success = seen,
                          .detail = "history"}));
    if (!seen) return Error(kNoResource, object_of(request) + " is not here");
  } else {
    XL_CHECK(impl_->note(session, access,
                         {.action = trust::Action::Read, .object = object_of(request), .detail = "history"}));
  }
  Position before;
  if (!request.cursor.empty()) {
    XL_TRY(const Cursor cursor, decode(request.cursor));
    if ((type && cursor.type != type) || (one && cursor.id != request.id)) return Error(kBadCursor);
    before = cursor.at;
    XL_TRY(before.key, impl_->key_of_seen(session, filter.of(*cursor.type), *cursor.type, cursor.id));
  }
  HistoryPage page;
  Reader reader(session, request, one ? one->key : 0, before);
  XL_CHECK(fill(page, reader, filter, static_cast<size_t>(std::clamp<int64_t>(request.count, 0, kCountMax))));
  if ((one || request.cursor.empty()) && filter.complete()) {
    XL_TRY(page.total, reader.count());
  }
  return page;
}

}  // namespace xinglin::record
