// Regular expressions of value set filters (FHIR R4 4.9.5, op "regex"): literals, ., classes, escapes \d \w
// \s, groups,
// |, and the repetitions * + ? {m,n}. The whole text must match. A pattern is read into a small automaton
// whose states are followed side by side, so that the time is at most text x pattern, whatever the pattern.
// Thread-safe.
#pragma once

#include <bitset>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace xinglin::terminology::detail {

class Pattern {
public:
  static Result<Pattern> read(std::string_view text);
  bool matches(std::string_view text) const;

private:
  friend class PatternReader;
  struct State {
    enum class Kind : uint8_t { Bytes, Split, End } kind = Kind::End;
    uint32_t bytes = 0;  // of Bytes: which set
    uint32_t next = 0, other = 0;
  };
  void follow(uint32_t state, std::vector<uint32_t>& states, std::vector<uint32_t>& marks,
              uint32_t mark) const;

  std::vector<State> states_;
  std::vector<std::bitset<256>> sets_;
  uint32_t start_ = 0;
};

}  // namespace xinglin::terminology::detail
