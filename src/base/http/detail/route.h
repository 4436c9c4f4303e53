// One route as the Router keeps it. Shared by router.cpp (matching) and openapi.cpp (describing).
#pragma once

#include <string>
#include <vector>

#include "base/http/http.h"

namespace xinglin::http {
namespace detail {

enum class SegmentKind { Literal, Name, Rest };  // in order of precedence
struct Segment {
  SegmentKind kind;
  std::string text;  // the literal, or the name of the parameter
};

}  // namespace detail

struct Router::Route {
  Method method = Method::Get;
  std::string pattern;
  std::vector<detail::Segment> segments;
  RouteInfo info;
  Handler handler;
};

}  // namespace xinglin::http
