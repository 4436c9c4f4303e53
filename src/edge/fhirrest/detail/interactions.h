// The interactions, each as a function of what was asked. Those that read take their snapshot from the
// context: one of their own, or the transaction of the Bundle that they stand in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"
#include "core/record/conditional.h"
#include "core/record/record.h"
#include "edge/fhirrest/fhirrest.h"

namespace xinglin::fhirrest::detail {

struct Context {
  record::Record& record;
  const Clock& clock;
  const Options& options;
  const std::vector<Operation>& operations;
  std::string base_url;
  sql::Session* session = nullptr;

  template <class F>
  auto read(F function) const {
    return session ? function(*session) : record.store().read(std::move(function));
  }
};

// instance.cpp
http::Response create(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type);
http::Response read(const Context& context, const http::Request& request, const trust::Access& access,
                    const std::string& type, const std::string& id);
http::Response vread(const Context& context, const http::Request& request, const trust::Access& access,
                     const std::string& type, const std::string& id, std::string_view version);
// id "": conditional, by the parameters of the query.
http::Response update(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::string& id);
http::Response patch(const Context& context, const http::Request& request, const trust::Access& access,
                     const std::string& type, const std::string& id);
http::Response remove(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::string& id);

// search.cpp. type "": every type, or those of _type; "*": the same, of a compartment ("Patient/1").
http::Response search(const Context& context, const http::Request& request, const trust::Access& access,
                      const std::string& type, const std::vector<http::Parameter>& parameters,
                      const std::string& compartment = {});
bool is_compartment(std::string_view type);
// A parameter of a search or of criteria, with its modifier; references to this server as they are stored.
record::SearchParameter to_parameter(const Context& context, const http::Parameter& given);

// criteria.cpp: what a conditional request means, from its query or from the text of If-None-Exist.
Result<record::Criteria> criteria_of(const Context& context, const std::string& type,
                                     const std::vector<http::Parameter>& parameters);
Result<record::Criteria> criteria_of(const Context& context, const std::string& type, std::string_view text);

// type or id "": of everything, of the type.
http::Response history(const Context& context, const http::Request& request, const trust::Access& access,
                       const std::string& type, const std::string& id);
// What a Bundle entry asks for: `request.path` is relative to the base, without a slash before it.
http::Response dispatch(const Context& context, const http::Request& request, const trust::Access& access);
http::Response bundle(const Context& context, const http::Request& request, const trust::Access& access);
json::object capability_statement(const Context& context);

}  // namespace xinglin::fhirrest::detail
