// One-declaration options: name, prose, default, bounds, unit and secrecy of each option are said once, and
// --help, the configuration file, its checks and docs/options.md all come from that table. Modules receive
// plain structs; only main declares and reads options. Unknown keys and values out of bounds are errors that
// name the key and the allowed range.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin::options {

inline constexpr ErrorCode kUnknownKey{"options.unknown-key", ErrorKind::Invalid, "no option has this name"};
inline constexpr ErrorCode kBadValue{"options.bad-value", ErrorKind::Invalid,
                                     "the value is not allowed for this option"};

enum class Type { Text, Integer, Boolean };

struct Declaration {
  std::string_view name;  // dotted: "dimse.associations_max"
  Type type = Type::Text;
  std::string_view default_value;
  std::string_view prose;
  std::string_view unit = {};                // "ms", "MiB", "" when none
  int64_t min = INT64_MIN, max = INT64_MAX;  // for Integer
  bool secret = false;                       // shown as *** in the system page and in logs
};

class Values {
public:
  explicit Values(std::span<const Declaration> table);
  // Text of a TOML file: [dimse] associations_max = 50
  Result<void> load_toml(std::string_view text, std::string_view file_name);
  Result<void> set(std::string_view name, std::string_view value);  // a command-line --name=value
  const std::string& text(std::string_view name) const;             // name must be declared (asserted)
  int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const;
  std::string help() const;                                        // for --help
  std::string markdown() const;                                    // for docs/options.md
  std::vector<std::pair<std::string, std::string>> shown() const;  // name, value; secrets masked

private:
  const Declaration* find(std::string_view name) const;
  std::span<const Declaration> table_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace xinglin::options
