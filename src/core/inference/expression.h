// The language of trigger conditions: `codes intersects ["http://loinc.org|8867-4"] and not (status ==
// "entered-in-error")`. Compiled once when a manifest is read, evaluated for every event, so it has no loops,
// calls or side effects.
//   condition := and-terms joined by `or`;  and-terms := unary joined by `and`;  unary := [`not`] comparison
//   comparison := value [(== != < <= > >= in intersects) value];  value := "text" | number | true | false |
//   [list] | field name (letters, digits, '_', '.' to go into objects) | ( condition )
// A field that is missing equals nothing, is in nothing and is smaller than nothing; a field alone is true
// when it is the boolean true. Values of different kinds are never equal. Thread-safe after compile().
#pragma once

#include <memory>
#include <string_view>

#include "base/json.h"
#include "core/inference/errors.h"

namespace xinglin::inference {

class Expression {
public:
  static constexpr size_t kLengthMax = 4096, kNodesMax = 512, kDepthMax = 32;

  // kBadExpression; the message names the column, counted from 1.
  static Result<Expression> compile(std::string_view text);
  bool matches(const json::object& data) const;

  Expression(Expression&&) noexcept;
  Expression& operator=(Expression&&) noexcept;
  ~Expression();
  struct Node;

private:
  explicit Expression(std::unique_ptr<const Node> root);
  std::unique_ptr<const Node> root_;
};

}  // namespace xinglin::inference
