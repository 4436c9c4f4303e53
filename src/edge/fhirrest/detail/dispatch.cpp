// From a path to an interaction that reads: for the entries of a Bundle, which have no route of their own.
#include "edge/fhirrest/detail/interactions.h"
#include "edge/fhirrest/detail/operate.h"
#include "edge/fhirrest/detail/respond.h"

namespace xinglin::fhirrest::detail {
namespace {

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> out;
  for (size_t from = 0; from <= path.size();) {
    const size_t end = std::min(path.find('/', from), path.size());
    out.push_back(path.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

}  // namespace

http::Response dispatch(const Context& context, const http::Request& request, const trust::Access& access) {
  std::vector<std::string> segments = split(request.path);
  const std::string last = segments.back();
  if (names_operation(last)) {
    if (context.session || segments.size() > 3)
      return fail(request, Error(kNotOffered, "operations are not offered inside a transaction"));
    segments.resize(3);
    for (std::string& segment : segments)
      if (segment == last) segment.clear();
    return operate(context, context.operations, last, {segments[0], segments[1]}, request, access);
  }
  if (request.method != http::Method::Get && request.method != http::Method::Head)
    return fail(request, Error(kNotOffered, "of POST entries only create and operations are offered"));
  const size_t count = segments.size();
  if (count == 1 && last == "metadata") return respond(request, 200, capability_statement(context));
  if (last == "_history" && count <= 3) {
    segments.resize(3);
    return history(context, request, access, count > 1 ? segments[0] : "", count > 2 ? segments[1] : "");
  }
  if (count == 1) return search(context, request, access, segments[0], request.query);
  if (count == 2) return read(context, request, access, segments[0], segments[1]);
  if (count == 3 && is_compartment(segments[0]))
    return search(context, request, access, last, request.query, segments[0] + "/" + segments[1]);
  if (count == 4 && segments[2] == "_history")
    return vread(context, request, access, segments[0], segments[1], segments[3]);
  return fail(request, Error(kNoPath, "there is nothing at this path; /fhir/metadata says what is offered"));
}

}  // namespace xinglin::fhirrest::detail
