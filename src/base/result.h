// Result<T>: the outcome of every operation that can fail in normal running, and Error: what went wrong.
//
// Each room lists its failures in errors.h as ErrorCode constants, one line of prose each. A code carries a
// kind, never an HTTP, DIMSE or ACK number: each edge maps kinds and codes in one table of its own. Errors
// are values, cheap to move, safe to pass between threads. Never use Result for what is wrong inside clinical
// data: that is an IssueSink.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace xinglin {

enum class ErrorKind {
  Invalid,             // the request or its content breaks a rule of the protocol
  NotFound,            // no such thing, or not for this caller
  Gone,                // it was there and has been deleted
  Conflict,            // it contradicts what is already stored
  PreconditionFailed,  // the version the caller expected is not the current one
  Unauthenticated,     // who is asking is not known
  Denied,              // who is asking may not do this
  Busy,                // a queue or limit is full; the same request may succeed later
  TooLarge,            // over a size, depth or count limit
  Unsupported,         // understood, but not offered here
  Corrupt,             // stored bytes are not what was written
  Timeout,             // took longer than the limit allows
  Cancelled,           // stopped because the service is stopping or the work became useless
  Io,                  // disk or network failed
  Internal,            // a defect of ours
};

struct ErrorCode {
  std::string_view name;  // "archive.uid-mismatch": stable, shown to integrators
  ErrorKind kind;
  std::string_view prose;  // one line: what it means
};

class Error {
public:
  // `code` must have static storage: it is kept by address.
  Error(const ErrorCode& code, std::string message) : code_(&code), message_(std::move(message)) {}
  explicit Error(const ErrorCode& code) : code_(&code), message_(code.prose) {}

  const ErrorCode& code() const { return *code_; }
  ErrorKind kind() const { return code_->kind; }
  const std::string& message() const { return message_; }
  bool is(const ErrorCode& code) const { return code_->name == code.name; }
  // The same error seen from one level up: "while doing X: message".
  Error with_context(std::string_view context) const {
    return {*code_, std::string(context) + ": " + message_};
  }

private:
  const ErrorCode* code_;
  std::string message_;
};

namespace errors {
inline constexpr ErrorCode kUnset{"base.unset", ErrorKind::Internal,
                                  "a Result was read before it was given a value"};
inline constexpr ErrorCode kInternal{"base.internal", ErrorKind::Internal, "a defect in this program"};
inline constexpr ErrorCode kInvalid{"base.invalid", ErrorKind::Invalid,
                                    "an argument is outside what is allowed"};
inline constexpr ErrorCode kNotFound{"base.not-found", ErrorKind::NotFound, "there is no such thing"};
inline constexpr ErrorCode kDenied{"base.denied", ErrorKind::Denied, "the caller's role does not allow this"};
inline constexpr ErrorCode kBusy{"base.busy", ErrorKind::Busy, "a queue is full; try again later"};
inline constexpr ErrorCode kTooLarge{"base.too-large", ErrorKind::TooLarge, "over a configured limit"};
inline constexpr ErrorCode kTimeout{"base.timeout", ErrorKind::Timeout, "the time limit was reached"};
inline constexpr ErrorCode kCancelled{"base.cancelled", ErrorKind::Cancelled,
                                      "stopped before it was finished"};
inline constexpr ErrorCode kIo{"base.io", ErrorKind::Io, "reading or writing a file or socket failed"};
inline constexpr ErrorCode kCorrupt{"base.corrupt", ErrorKind::Corrupt, "stored bytes are damaged"};
inline constexpr ErrorCode kUnsupported{"base.unsupported", ErrorKind::Unsupported, "not offered here"};
}  // namespace errors

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
  using Base = tl::expected<T, Error>;

public:
  Result() : Base(tl::make_unexpected(Error(errors::kUnset))) {}
  Result(Error error) : Base(tl::make_unexpected(std::move(error))) {}  // NOLINT: implicit by design
  template <class U = T>
  requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Result> &&
           !std::is_same_v<std::remove_cvref_t<U>, Error>) Result(U&& value)
      : Base(std::forward<U>(value)) {}  // NOLINT: implicit by design
  bool ok() const { return this->has_value(); }
};

template <>
class [[nodiscard]] Result<void> : public tl::expected<void, Error> {
  using Base = tl::expected<void, Error>;

public:
  Result() = default;
  Result(Error error) : Base(tl::make_unexpected(std::move(error))) {}  // NOLINT: implicit by design
  bool ok() const { return this->has_value(); }
};

[[noreturn]] void assert_failed(const char* expression, const char* file, int line);

}  // namespace xinglin

#define XL_CONCAT_INNER(a, b) a##b
#define XL_CONCAT(a, b) XL_CONCAT_INNER(a, b)

// XL_TRY(auto value, expression): on error returns it from the enclosing function, else declares value.
#define XL_TRY(declaration, expression)                                          \
  auto XL_CONCAT(xl_result_, __LINE__) = (expression);                           \
  if (!XL_CONCAT(xl_result_, __LINE__).has_value())                              \
    return ::xinglin::Error(std::move(XL_CONCAT(xl_result_, __LINE__)).error()); \
  declaration = std::move(*XL_CONCAT(xl_result_, __LINE__))

// XL_CHECK(expression): the same for Result<void> and for values that are not needed.
#define XL_CHECK(expression)                                                                       \
  do {                                                                                             \
    auto xl_check_result = (expression);                                                           \
    if (!xl_check_result.has_value()) return ::xinglin::Error(std::move(xl_check_result).error()); \
  } while (false)

// Programmer errors only, never on outside input. Always on; ends the process.
#define XL_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::xinglin::assert_failed(#expression, __FILE__, __LINE__))
