// What codes mean: the code systems, value sets and concept maps of FHIR R4 (linked in as read-only data),
// those written to the record through FHIR (usable from the commit of their write on) and those loaded from
// files. Called by the operations of the FHIR edge, by search (:in, :above ...), validation (bindings) and
// FHIRPath (memberOf). All functions are thread-safe; what they return owns its text. FHIR R4 4.8
// (CodeSystem), 4.9 (ValueSet), 4.10.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "core/terminology/errors.h"
#include "core/terminology/types.h"
#include "store/sql/store.h"

namespace xinglin::terminology {

class Terminology {
public:
  // `store` may be null: then only what is linked in is known (tests, the validator of a command line).
  Terminology(sql::Store* store, const Clock& clock);
  ~Terminology();

  // --- Membership, for bindings, memberOf and search. No expansion is made; about a microsecond.
  // `value_set` is a canonical URL, perhaps with |version.
  Membership member(std::string_view value_set, std::string_view system, std::string_view code) const;
  // For elements of type code, which have no system: in any system of the value set.
  Membership member_code(std::string_view value_set, std::string_view code) const;
  bool knows_system(std::string_view system) const;
  bool knows_value_set(std::string_view value_set) const;
  // Whether b is a or below it (subsumes), for FHIRPath and $subsumes.
  Result<Subsumption> subsumes(std::string_view system, std::string_view a, std::string_view b) const;

  // --- For search. Codes with their systems; kUnknown*, kTooCostly beyond kMaxSearchCodes. A caller who has
  // a session open hands it over, so that no second connection is taken.
  Result<std::vector<Coding>> codes_in(std::string_view value_set,
                                       sql::Session* session = nullptr) const;  // :in, :not-in
  Result<std::vector<std::string>> at_or_below(std::string_view system, std::string_view code,
                                               sql::Session* session = nullptr) const;  // :below
  Result<std::vector<std::string>> at_or_above(std::string_view system, std::string_view code,
                                               sql::Session* session = nullptr) const;  // :above

  // --- The operations.
  Result<Lookup> lookup(const Coding& coding, std::string_view display_language = {}) const;
  Result<Validation> validate_in_system(const Coding& coding, std::string_view display_language = {}) const;
  Result<Validation> validate_in_value_set(std::string_view value_set, const Coding& coding,
                                           std::string_view display_language = {}) const;
  Result<Expansion> expand(std::string_view value_set, const ExpandOptions& options = {}) const;
  Result<std::vector<Translation>> translate(const TranslateRequest& request) const;
  // A resource handed in with the request instead of a URL.
  Result<Expansion> expand_resource(const json::object& value_set, const ExpandOptions& options = {}) const;
  Result<Validation> validate_in_resource(const json::object& value_set, const Coding& coding) const;

  // The canonical URL of the resource of this id: the record's, else the one that is linked in.
  std::optional<std::string> url_of(Kind kind, std::string_view id) const;

  // --- Changes. Told of every write of the record, in its transaction (record::Watcher in the wiring).
  Result<void> resource_written(sql::Tx& tx, std::string_view type, std::string_view id,
                                std::string_view text, bool deleted);
  // Something changed by other means (the loader): forget what is cached.
  void refresh() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::terminology
