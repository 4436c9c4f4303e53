// Where code systems, value sets and concept maps are found: those written to the record, those loaded from
// files, and those of the R4 package, in this order. Packs of the first two are made when first asked for and
// kept, up to kCacheBytes; a change drops them. Thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "core/terminology/detail/views.h"
#include "core/terminology/errors.h"
#include "store/sql/store.h"

namespace xinglin::terminology::detail {

// "url|version" taken apart.
struct Canonical {
  std::string_view url, version;
};
Canonical canonical_of(std::string_view text);

class Library {
public:
  static constexpr size_t kCacheBytes = 96 << 20;

  Library(sql::Store* store, const Clock& clock);
  ~Library();
  // The same library for a caller who has a session open: it reads in that one and takes no second
  // connection. Must not outlive either.
  Library within(sql::Session* session) const;

  // False when it is not here. Without a version the newest.
  SystemView system(std::string_view url, std::string_view version = {}) const;
  SetView set(std::string_view url, std::string_view version = {}) const;
  MapView map(std::string_view url) const;
  std::vector<MapView> maps() const;  // all of them
  // The canonical URL ("url|version") of the resource of this id; "" when there is none.
  std::string url_of(Kind kind, std::string_view id) const;

  void forget() const;  // something changed

private:
  struct Impl;
  Library(Impl* impl, sql::Session* session);
  std::unique_ptr<Impl> owned_;  // empty in one that is within a session
  Impl* impl_;
  sql::Session* session_ = nullptr;
};

}  // namespace xinglin::terminology::detail
