// What a value set contains: the questions "is this code in it" (no enumeration) and "which codes are in it".
// FHIR R4 4.9.4: includes are joined, excludes taken away; within an include every condition must hold.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/terminology/detail/library.h"
#include "core/terminology/detail/pattern.h"

namespace xinglin::terminology::detail {

struct Member {
  Membership membership = Membership::NotIn;
  std::string reason;        // of CannotTell: what is missing
  std::string system;        // found in
  std::string display;       // of the include that lists it, "" when it gives none
  bool is_abstract = false;  // in it, but not to be chosen
};

// One code of an enumerated value set.
struct Entry {
  std::string system, code, display;
  SystemView origin;        // false when the system is not here
  uint32_t place = kNone;   // in origin
  PackPointer listed_pack;  // of a listed concept with designations of its own
  Range listed_designations;
};

struct Enumeration {
  std::vector<Entry> entries;
  std::vector<std::string> used_systems;  // "url|version"
  std::vector<std::string> notes;
};

struct EnumerateOptions {
  bool with_abstract = false, with_deprecated = false, without_inactive = false;
  size_t max = kMaxExpansion;
};

class Evaluation {
public:
  explicit Evaluation(const Library& library) : library_(library) {}

  // An empty system: any.
  Member member(const SetView& set, std::string_view system, std::string_view code) const;
  Result<Enumeration> enumerate(const SetView& set, const EnumerateOptions& options) const;

private:
  using Path = std::vector<std::string>;  // the value sets being looked at, outermost first
  Member member(const SetView& set, std::string_view system, std::string_view code, Path& path) const;
  Member included(const SetView& set, const IncludeRecord& include, std::string_view system,
                  std::string_view code, Path& path) const;
  Member in_system(const SetView& set, const IncludeRecord& include, std::string_view code) const;
  Member imported(std::string_view canonical, std::string_view system, std::string_view code,
                  Path& path) const;
  Result<bool> passes(const SetView& set, const FilterRecord& filter, const SystemView& system,
                      uint32_t place) const;
  Result<Enumeration> enumerate(const SetView& set, const EnumerateOptions& options, Path& path) const;
  Result<std::vector<Entry>> entries_of(const SetView& set, const IncludeRecord& include,
                                        const EnumerateOptions& options, Path& path, Enumeration& out) const;
  Result<std::vector<Entry>> entries_of_system(const SetView& set, const IncludeRecord& include,
                                               const EnumerateOptions& options, Enumeration& out) const;
  Result<std::vector<Entry>> imported_entries(const SetView& set, const IncludeRecord& include,
                                              const EnumerateOptions& options, Path& path,
                                              Enumeration& out) const;
  Result<void> listed_entries(const SetView& set, const IncludeRecord& include,
                              std::vector<Entry>& out) const;

  const Library& library_;
};

}  // namespace xinglin::terminology::detail
