// Phi<T>: a value that identifies a patient (name, number, address). It has no stream operator and no
// formatter, so writing one into a log line does not compile (tests/phi_compile_fail pins it). reveal() is
// the one way out; tools/tidy lists the rooms that may call it.
#pragma once

#include <utility>

namespace xinglin {

template <class T>
class Phi {
public:
  Phi() = default;
  explicit Phi(T value) : value_(std::move(value)) {}
  const T& reveal() const { return value_; }
  bool operator==(const Phi&) const = default;

private:
  T value_;
};

}  // namespace xinglin
