// From a resource as it was given to one that can be written: no SQL here.
#include "base/json_text.h"
#include "codec/fhir/reference.h"
#include "codec/fhir/text.h"
#include "codec/fhir/validate.h"
#include "core/record/detail/impl.h"

namespace xinglin::record {
namespace {

void append_member(std::string& out, const json::object& owner, std::string_view key,
                   const json::value& value) {
  if (json::is_kept(key)) return;
  out.push_back(',');
  json::append_member(out, owner, key, value);
}

// What triggers look at: codes as "system|code", the status, the clinically relevant time as written.
json::object event_data(const Prepared::Content& content, const json::object& resource);

}  // namespace

Prepared::Prepared(std::unique_ptr<Content> content) : content_(std::move(content)) {}
Prepared::~Prepared() = default;
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;
const std::string& Prepared::type() const {
  return content_->type_name;
}
const std::string& Prepared::id() const {
  return content_->id;
}
void Prepared::give_id(std::string id) {
  Content& content = *content_;
  if (content.type_name == "Patient") content.rows.patient = id;
  content.head = Content::head_of(content.type_name, id);
  content.event["id"] = id;
  content.event["patient"] = content.rows.patient;
  content.id = std::move(id);
}

std::string Prepared::Content::head_of(std::string_view type, std::string_view id) {
  return std::string("{\"resourceType\":\"").append(type).append("\",\"id\":\"").append(id).append("\"");
}

std::string Prepared::Content::text(int64_t version, Instant updated) const {
  std::string out;
  out.reserve(head.size() + meta.size() + tail.size() + 80);
  out.append(head).append(",\"meta\":{\"versionId\":\"").append(std::to_string(version));
  out.append("\",\"lastUpdated\":\"").append(format_rfc3339(updated)).append("\"").append(meta);
  return out.append("}").append(tail);
}

Result<Prepared> Record::prepare(json::object resource, IssueSink& issues,
                                 const WriteOptions& options) const {
  const std::string type_name(json::find_string(resource, "resourceType").value_or(""));
  const detail::TypeDef* type = detail::find_type(type_name);
  if (!type) return Error(kUnknownType, "'" + type_name + "' is not a resource type offered here");

  auto content = std::make_unique<Prepared::Content>();
  content->type = type;
  content->type_name = type_name;
  content->if_match = options.if_match;
  content->id =
      !options.id.empty() ? options.id : std::string(json::find_string(resource, "id").value_or(""));
  if (content->id.empty()) content->id = impl_->new_id();
  if (!fhir::is_valid_id(content->id)) {
    issues.error("value", type_name + ".id", "is not an id: 1 to 64 of A-Z a-z 0-9 - .");
    return Error(kInvalidResource);
  }
  resource["id"] = content->id;
  if (options.validate && fhir::is_known_type(type_name) && !fhir::validate(resource, issues))
    return Error(kInvalidResource);

  content->head = Prepared::Content::head_of(type_name, content->id);
  for (const auto& member : resource) {
    const std::string_view key(member.key());
    if (key == "resourceType" || key == "id") continue;
    if (key != "meta") {
      append_member(content->tail, resource, key, member.value());
    } else if (const json::object* meta = member.value().if_object()) {
      for (const auto& inner : *meta)
        if (inner.key() != "versionId" && inner.key() != "lastUpdated")
          append_member(content->meta, *meta, inner.key(), inner.value());
    }
  }
  content->tail.push_back('}');
  content->rows = detail::extract(*type, resource);
  content->event = event_data(*content, resource);
  return Prepared(std::move(content));
}

namespace {

json::object event_data(const Prepared::Content& content, const json::object& resource) {
  json::object out{{"type", content.type_name}, {"id", content.id}, {"patient", content.rows.patient}};
  if (const auto status = json::find_string(resource, "status")) out["status"] = *status;
  if (const detail::ParameterDef* code = detail::find_parameter(*content.type, "code")) {
    json::array codes;
    for (const detail::TokenRow& row : content.rows.tokens)
      if (row.parameter == detail::disk_number(*content.type, *code))
        codes.push_back(json::value(row.system + "|" + row.code));
    out["codes"] = std::move(codes);
  }
  for (const std::string_view key :
       {"effectiveDateTime", "effectiveInstant", "occurrenceDateTime", "authoredOn"})
    if (const auto time = json::find_string(resource, key)) out["effective"] = *time;
  return out;
}

}  // namespace
}  // namespace xinglin::record
