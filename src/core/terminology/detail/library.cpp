#include "core/terminology/detail/library.h"

#include <atomic>
#include <list>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "base/log.h"
#include "core/terminology/detail/catalogue.h"

namespace xinglin::terminology::detail {

namespace {

// How long a change of another process may go unnoticed.
constexpr int64_t kRecheckUs = kSecondUs;

PackPointer built_in() {
  return {std::shared_ptr<void>(), &built_in_pack()};
}

using Name = std::pair<Kind, std::string>;
struct NameLess {
  using is_transparent = void;
  using Viewed = std::pair<Kind, std::string_view>;
  static Viewed view(const Name& name) { return {name.first, name.second}; }
  static Viewed view(const Viewed& name) { return name; }
  bool operator()(const auto& a, const auto& b) const { return view(a) < view(b); }
};

// The catalogue by name; never changed once it is made.
struct Names {
  int64_t generation = 0;
  std::vector<CatalogueRow> rows;
  std::map<Name, std::vector<size_t>, NameLess> by_url;
  std::map<Name, size_t, NameLess> by_id;
};

}  // namespace

Canonical canonical_of(std::string_view text) {
  const size_t bar = text.find('|');
  if (bar == std::string_view::npos) return {text, {}};
  return {text.substr(0, bar), text.substr(bar + 1)};
}

struct Library::Impl {
  sql::Store* store;
  const Clock& clock;
  std::atomic<bool> changed{true};
  std::atomic<int64_t> checked_us{0};

  mutable std::shared_mutex mutex;  // guards what follows
  std::shared_ptr<const Names> names =
      std::make_shared<Names>();  // shared with those who read it while it is replaced
  struct Cached {
    PackPointer pack;
    std::list<Name>::iterator used;
  };
  std::map<Name, Cached, NameLess> packs;  // by kind and id
  std::list<Name> by_use;                  // the last used first
  size_t cached_bytes = 0;

  // Outside of a session nothing can be read while this thread writes.
  bool may_read(const sql::Session* session) const { return session || !store->on_writer_thread(); }
  template <class F>
  auto read(sql::Session* session, F function) {
    return session ? function(*session) : store->read(function);
  }

  // Null: nothing beside the built-in pack.
  std::shared_ptr<const Names> current(sql::Session* session) {
    if (!store) return nullptr;
    const int64_t now = clock.monotonic_us();
    const bool due = changed.load() || now - checked_us.load() > kRecheckUs;
    if (due && may_read(session)) reread(now, session);
    const std::shared_lock lock(mutex);
    return names->rows.empty() ? nullptr : names;
  }

  void reread(int64_t now, sql::Session* session) {
    if (!session) {  // what a session sees may be older than the change
      checked_us = now;
      changed = false;
    }
    int64_t known = 0;
    {
      const std::shared_lock lock(mutex);
      known = names->generation;
    }
    Result<Catalogue> found = read(session, [known](sql::Session& reading) -> Result<Catalogue> {
      XL_TRY(const int64_t generation, read_generation(reading));
      if (generation == known) return Catalogue{.generation = known, .rows = {}};
      return read_catalogue(reading);
    });
    if (!found) {
      changed = true;
      log::warning("terminology.catalogue-unreadable", {{"why", found.error().message()}});
      return;
    }
    if (found->generation <= known) return;
    auto made = std::make_shared<Names>();
    made->generation = found->generation;
    made->rows = std::move(found->rows);
    for (size_t i = 0; i < made->rows.size(); ++i) {
      const CatalogueRow& row = made->rows[i];
      made->by_url[{row.kind, row.url}].push_back(i);
      made->by_id.emplace(Name{row.kind, row.id}, i);
    }
    const std::unique_lock lock(mutex);
    if (names->generation >= made->generation) return;  // another thread was faster
    names = std::move(made);
    packs.clear();
    by_use.clear();
    cached_bytes = 0;
  }

  PackPointer cached(const CatalogueRow& row) {
    const std::unique_lock lock(mutex);
    const auto found = packs.find(std::pair<Kind, std::string_view>(row.kind, row.id));
    if (found == packs.end()) return nullptr;
    by_use.splice(by_use.begin(), by_use, found->second.used);
    return found->second.pack;
  }

  PackPointer pack_of(const CatalogueRow& row, int64_t generation, sql::Session* session) {
    if (PackPointer known = cached(row)) return known;
    if (!may_read(session)) return nullptr;
    Result<std::vector<uint64_t>> bytes =
        read(session, [&row](sql::Session& reading) { return read_pack(reading, row); });
    if (!bytes) {
      log::warning("terminology.unusable", {{"url", row.url}, {"why", bytes.error().message()}});
      return nullptr;
    }
    auto pack = std::make_shared<const Pack>(std::move(*bytes));
    const std::unique_lock lock(mutex);
    if (names->generation != generation) return pack;  // it changed meanwhile: not kept
    by_use.push_front({row.kind, row.id});
    const auto [at, is_new] = packs.insert_or_assign(Name{row.kind, row.id}, Cached{pack, by_use.begin()});
    static_cast<void>(at);
    if (is_new) cached_bytes += pack->size_bytes();
    while (cached_bytes > kCacheBytes && by_use.size() > 1) {
      const auto last = packs.find(by_use.back());
      if (last != packs.end()) {
        cached_bytes -= last->second.pack->size_bytes();
        packs.erase(last);
      }
      by_use.pop_back();
    }
    return pack;
  }

  template <class Record>
  View<Record> view(PackPointer pack, Section section, uint32_t place) const {
    if (!pack || place == kNone) return {};
    const auto records = pack->template all<Record>(section);
    if (place >= records.size()) return {};
    const Record* record = &records[place];
    return {std::move(pack), record};
  }

  // The candidates of this name in the order of preference.
  template <class Record, class F>
  void each(sql::Session* session, Kind kind, Section section, std::string_view url, std::string_view version,
            F use) {
    if (const auto now = current(session)) {
      const auto found = now->by_url.find(std::pair<Kind, std::string_view>(kind, url));
      if (found != now->by_url.end())
        for (const size_t i : found->second) {
          const CatalogueRow& row = now->rows[i];
          if (!version.empty() && row.version != version) continue;
          if (auto made = view<Record>(pack_of(row, now->generation, session), section, 0);
              made && use(std::move(made)))
            return;
        }
    }
    auto linked = view<Record>(built_in(), section, built_in_pack().find(kind, url));
    if (linked && (version.empty() || linked.version() == version)) use(std::move(linked));
  }
};

Library::Library(sql::Store* store, const Clock& clock)
    : owned_(std::make_unique<Impl>(store, clock)), impl_(owned_.get()) {}
Library::Library(Impl* impl, sql::Session* session) : impl_(impl), session_(session) {}
Library Library::within(sql::Session* session) const {
  return {impl_, session};
}
Library::~Library() = default;

SystemView Library::system(std::string_view url, std::string_view version) const {
  SystemView out;
  impl_->each<SystemRecord>(session_, Kind::CodeSystem, Section::Systems, url, version,
                            [&out](View<SystemRecord> found) {
                              const bool complete = found.record->content == Content::Complete;
                              if (!out || complete) out = SystemView{std::move(found)};
                              return complete;  // a part of a system does not hide the whole of it
                            });
  return out;
}

SetView Library::set(std::string_view url, std::string_view version) const {
  SetView out;
  impl_->each<SetRecord>(session_, Kind::ValueSet, Section::Sets, url, version,
                         [&out](View<SetRecord> found) {
                           out = SetView{std::move(found)};
                           return true;
                         });
  return out;
}

MapView Library::map(std::string_view url) const {
  const Canonical canonical = canonical_of(url);
  MapView out;
  impl_->each<MapRecord>(session_, Kind::ConceptMap, Section::Maps, canonical.url, canonical.version,
                         [&out](MapView found) {
                           out = std::move(found);
                           return true;
                         });
  return out;
}

std::vector<MapView> Library::maps() const {
  std::vector<MapView> out;
  if (const auto now = impl_->current(session_))
    for (const CatalogueRow& row : now->rows)
      if (row.kind == Kind::ConceptMap)
        if (MapView map =
                impl_->view<MapRecord>(impl_->pack_of(row, now->generation, session_), Section::Maps, 0))
          out.push_back(std::move(map));
  const auto linked = built_in_pack().all<MapRecord>(Section::Maps);
  for (const MapRecord& record : linked) out.push_back({built_in(), &record});
  return out;
}

std::string Library::url_of(Kind kind, std::string_view id) const {
  if (const auto now = impl_->current(session_)) {
    const auto found = now->by_id.find(std::pair<Kind, std::string_view>(kind, id));
    if (found != now->by_id.end()) {
      const CatalogueRow& row = now->rows[found->second];
      return row.version.empty() ? row.url : row.url + "|" + row.version;
    }
  }
  const Pack& pack = built_in_pack();
  const uint32_t place = pack.find_id(kind, id);
  if (place == kNone) return {};
  if (kind == Kind::CodeSystem)
    return std::string(pack.text(pack.all<SystemRecord>(Section::Systems)[place].url));
  if (kind == Kind::ValueSet) return std::string(pack.text(pack.all<SetRecord>(Section::Sets)[place].url));
  return std::string(pack.text(pack.all<MapRecord>(Section::Maps)[place].url));
}

void Library::forget() const {
  impl_->changed = true;
}

}  // namespace xinglin::terminology::detail
