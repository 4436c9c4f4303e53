// Shapes: a notation like TypeScript's for what a route takes and gives, turned into JSON Schema (2020-12)
// for the OpenAPI document. "{ id: string; t?: number|null; items: Item[]; kind: \"a\"|\"b\" }": members are
// required unless marked with '?', other members are allowed. A name refers to an entry of shapes() and is
// written out in place, and `...Name;` takes over its members. Shapes are text of ours, so a mistake in one
// is a programmer error and ends the process; tests build every one.
#pragma once

#include <string_view>

#include "base/json.h"

namespace xinglin::web::detail {

json::value shape(std::string_view text);
// The text of a named shape, or "" when there is none (shapes.cpp).
std::string_view named_shape(std::string_view name);

}  // namespace xinglin::web::detail
