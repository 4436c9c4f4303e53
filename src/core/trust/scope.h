// Scopes of SMART App Launch 2: what an application asks for in words
// ("patient/Observation.rs?category=...|laboratory launch/patient openid"), and the Restriction an Access
// carries once they are granted. Scopes of version 1 (.read, .write, .*) are taken in their meaning of
// version 2. Parsing is strict: what is not understood gives nothing. Pure values, made once per token,
// shared by every request of it. SMART App Launch 2.2.0, "Scopes and Launch Context"; RFC 6749 3.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin::trust {

inline constexpr ErrorCode kBadScope{"trust.bad-scope", ErrorKind::Invalid,
                                     "a scope is not of a form that is known here"};

// The letters of a scope. Read: read, vread and the history of one resource; Update: update and patch;
// Search: search and the history of a type or of everything.
enum class Interaction : unsigned { Create = 1, Read = 2, Update = 4, Delete = 8, Search = 16 };

struct Criterion {
  std::string parameter, value;  // "category", "http://...|laboratory"; a comma still means "or"
  bool operator==(const Criterion&) const = default;
};

struct ResourceScope {
  enum class Level { Patient, User, System };
  Level level = Level::Patient;
  std::string type;           // "*": every type
  unsigned interactions = 0;  // of Interaction
  std::vector<Criterion> criteria;
  std::string text;  // as it was asked for
  bool has(Interaction interaction) const { return (interactions & static_cast<unsigned>(interaction)) != 0; }
  bool covers(std::string_view resource_type) const { return type == "*" || type == resource_type; }
};
std::string_view to_string(ResourceScope::Level level);
Result<ResourceScope> parse_resource_scope(std::string_view text);  // kBadScope

struct ScopeSet {
  std::vector<ResourceScope> resources;
  bool launch = false, launch_patient = false;
  bool openid = false, fhir_user = false;
  bool offline_access = false, online_access = false;
  std::vector<std::string> other;  // profile, email ...: accepted, they give nothing
  bool has_level(ResourceScope::Level level) const;
};
// Words between single spaces; 8 KiB, 100 scopes, 8 criteria each. kBadScope names the one that is wrong.
Result<ScopeSet> parse_scopes(std::string_view text);
// In a fixed order, each once; resource scopes as they were asked for.
std::string to_string(const ScopeSet& scopes);
// Those of `asked` that `allowed` covers: a resource scope needs one of the same level that has its type, all
// its letters and either no criteria or the same ones.
ScopeSet intersect(const ScopeSet& asked, const ScopeSet& allowed);

// One way in which resources may be reached; several are alternatives.
struct Grant {
  std::string patient;              // only what belongs to this patient; "" = of any
  std::vector<Criterion> criteria;  // all must match
  bool unlimited() const { return patient.empty() && criteria.empty(); }
};

class Restriction {
public:
  // `patient`: the launch context; without one, scopes of the patient level give nothing.
  Restriction(std::vector<ResourceScope> scopes, std::string patient)
      : scopes_(std::move(scopes)), patient_(std::move(patient)) {}
  std::vector<Grant> grants(std::string_view type, Interaction interaction) const;  // empty: nothing
  bool allows(std::string_view type, Interaction interaction) const;
  const std::string& patient() const { return patient_; }

private:
  std::vector<ResourceScope> scopes_;
  std::string patient_;
};

}  // namespace xinglin::trust
