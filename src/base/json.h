// The JSON vocabulary of the house: Boost.JSON values under our name, and the few accessors every room needs.
// Only this header names the library. Parsing is bounded in depth and size; writing is compact UTF-8.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::json {

using boost::json::array;
using boost::json::object;
using boost::json::value;

inline constexpr size_t kMaxDepth = 64;
inline constexpr ErrorCode kMalformed{"json.malformed", ErrorKind::Invalid,
                                      "the text is not well-formed JSON"};

// Strict RFC 8259 plus: no duplicate keys, valid UTF-8, depth <= kMaxDepth. The message names line and
// column.
Result<value> parse(std::string_view text);
std::string serialize(const value& v);
std::string serialize(const object& v);

// Accessors that never throw: the member if it is there and of that kind.
const value* find(const object& o, std::string_view key);
const object* find_object(const object& o, std::string_view key);
const array* find_array(const object& o, std::string_view key);
std::optional<std::string_view> find_string(const object& o, std::string_view key);
std::optional<double> find_number(const object& o, std::string_view key);
std::optional<bool> find_bool(const object& o, std::string_view key);
// Follows "a.b.0.c" through objects and arrays.
const value* at_path(const value& v, std::string_view path);

}  // namespace xinglin::json
