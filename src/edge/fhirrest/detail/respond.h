// What every interaction shares: content negotiation, Prefer, ETags, and answers with the right headers. The
// one table of FHIR edge that maps error codes to HTTP status is in respond.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http/http.h"
#include "base/issue.h"
#include "core/record/patch.h"
#include "core/record/record.h"

namespace xinglin::fhirrest::detail {

inline constexpr ErrorCode kNotAcceptable{"fhirrest.not-acceptable", ErrorKind::Unsupported,
                                          "offered are application/fhir+json and application/fhir+xml"};
inline constexpr ErrorCode kMediaType{"fhirrest.media-type", ErrorKind::Unsupported,
                                      "the body must be application/fhir+json or application/fhir+xml"};
inline constexpr ErrorCode kBadRequest{"fhirrest.bad-request", ErrorKind::Invalid,
                                       "the request cannot be understood"};
inline constexpr ErrorCode kNotOffered{"fhirrest.not-offered", ErrorKind::Unsupported,
                                       "this interaction is not offered"};
inline constexpr ErrorCode kNoPath{"fhirrest.no-path", ErrorKind::NotFound, "there is no such path"};
inline constexpr ErrorCode kMethod{"fhirrest.method", ErrorKind::Unsupported,
                                   "this path does not take this method"};

inline constexpr ErrorCode kFetchFailed{"fhirrest.entry-failed", ErrorKind::Invalid,
                                        "an entry of the transaction that reads cannot be answered"};

enum class Return { Representation, Minimal, Outcome };
struct Preferences {
  Return return_ = Return::Representation;
  bool is_said = false;  // return= was asked for
  record::Handling handling = record::Handling::Strict;
};

int status_of(const Error& error);
bool wants_pretty(const http::Request& request);
Preferences preferences(const http::Request& request);
enum class Format { Json, Xml };
// _format, then Accept by its weights, then the format of the body.
Result<Format> wanted_format(const http::Request& request);
Result<void> check_accept(const http::Request& request);
Result<void> check_body_type(const http::Request& request);
// The body as one resource, of whatever type.
Result<json::object> parse_body(const http::Request& request);
Result<record::Patch> parse_patch(const http::Request& request);
// nullopt: no such header. W/"3" or "3".
Result<std::optional<int64_t>> if_match(const http::Request& request);
// If-None-Match: a list of tags, compared weakly, or * (RFC 9110 13.1.2).
bool names_etag(std::string_view list, std::string_view etag);
// The address of a page: the question as it was understood, with another cursor when given.
std::string page_link(std::string url, const std::vector<http::Parameter>& parameters,
                      const std::string* cursor);
std::string location_of(std::string_view base_url, const record::Resource& resource);
std::string etag_of(const record::Resource& resource);
// Sun, 06 Nov 1994 08:49:37 GMT; a date in another form counts as not given (RFC 9110 13.1.3).
std::optional<Instant> parse_http_date(std::string_view text);

http::Response respond(const http::Request& request, int status, const json::value& body);
http::Response respond_text(const http::Request& request, int status, std::string json_text);
http::Response fail(const http::Request& request, const Error& error, const IssueSink& issues = {});
// A resource with its ETag and Last-Modified.
http::Response respond_resource(const http::Request& request, int status, const record::Resource& resource);
// The answer to a write, in the form the caller prefers.
http::Response respond_written(const http::Request& request, int status, const record::Resource& resource,
                               const IssueSink& issues, std::string_view base_url);

}  // namespace xinglin::fhirrest::detail
