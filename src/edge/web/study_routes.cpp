// Studies over the whole archive: the list under a filter, one study, the receipts of a series.
#include <algorithm>
#include <map>

#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

// "2026-11-22" or "20261122", as the archive keeps it.
Result<std::string> query_date(const http::Request& request, std::string_view name) {
  std::string text = query_text(request, name);
  if (text.size() == 10 && text[4] == '-' && text[7] == '-')
    text = text.substr(0, 4) + text.substr(5, 2) + text.substr(8);
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!text.empty() && (text.size() != 8 || !digits))
    return Error(kBadParameter, std::string(name) + " must be a date: YYYY-MM-DD");
  return text;
}

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  archive::StudyFilter filter;
  filter.name = query_text(request, "name");
  filter.patient_id = query_text(request, "patient_id");
  filter.accession = query_text(request, "accession");
  filter.modality = query_text(request, "modality");
  filter.description = query_text(request, "description");
  XL_TRY(filter.from, query_date(request, "from"));
  XL_TRY(filter.to, query_date(request, "to"));
  XL_TRY(filter.state,
         query_one_of(request, "state", {"received", "complete", "reopened", "rejected", "deleted"}, ""));
  XL_TRY(filter.limit, query_integer(request, "limit", 50, 1, 500));
  filter.after = query_text(request, "cursor");
  XL_TRY(const json::object document, context.services.worklist.study_list(access, filter));
  return ok(document);
}

Result<http::Response> study(Context& context, const http::Request& request, const trust::Access& access) {
  const StudyUid uid(path_text(request, "uid"));
  XL_TRY(json::object document, context.services.worklist.study(access, uid));
  XL_TRY(const archive::Keeping keeping, context.services.deletion.keeping(access, uid));
  document["kept_until"] =
      keeping.until.substr(0, 4) + "-" + keeping.until.substr(4, 2) + "-" + keeping.until.substr(6);
  document["hold"] = nullptr;
  if (const auto& hold = keeping.hold)
    document["hold"] = {{"who", hold->who}, {"why", hold->why}, {"at", format_rfc3339(hold->at)}};
  return ok(document);
}

Result<http::Response> instances(Context& context, const http::Request& request,
                                 const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 100, 1, 500));
  XL_TRY(const json::object document,
         context.services.worklist.study_instances(access, StudyUid(path_text(request, "uid")),
                                                   SeriesUid(query_text(request, "series")),
                                                   query_text(request, "cursor"), limit));
  return ok(document);
}

// {"values": {"StudyDescription": "CT chest", ...}}, by the keywords of the standard.
Result<http::Response> correct(Context& context, const http::Request& request, const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  const json::object* values = json::find_object(body, "values");
  if (values == nullptr || values->empty()) return Error(kBadBody, "values must be an object of texts");
  std::map<std::string, std::string> changes;
  for (const auto& [keyword, value] : *values) {
    if (!value.is_string()) return Error(kBadBody, "values must be an object of texts");
    changes[std::string(keyword)] = std::string(value.get_string());
  }
  XL_TRY(const int64_t id,
         context.services.corrections.correct(access, StudyUid(path_text(request, "uid")), changes, why));
  return ok({{"id", id}});
}

Result<http::Response> move_study(Context& context, const http::Request& request,
                                  const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_TRY(const std::string patient, body_text(body, "patient", 100));
  XL_TRY(const int64_t id,
         context.services.move_study(access, StudyUid(path_text(request, "uid")), PatientId(patient), why));
  return ok({{"id", id}});
}

Result<http::Response> undo_correction(Context& context, const http::Request& request,
                                       const trust::Access& access) {
  XL_TRY(const int64_t id, path_integer(request, "id"));
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string why, body_text(body, "reason", 1000));
  XL_CHECK(context.services.corrections.undo(access, StudyUid(path_text(request, "uid")), id, why));
  return no_content();
}

// For auditors of custody and for those who connect machines: its SHA-256 is that of the receipt.
Result<http::Response> original(Context& context, const http::Request& request, const trust::Access& access) {
  const SopInstanceUid uid(path_text(request, "sop"));
  XL_TRY(const std::vector<uint8_t> bytes, context.services.retrieval.original(access, uid));
  http::Response response;
  response.body.assign(bytes.begin(), bytes.end());
  response.set("Content-Type", "application/dicom");
  response.set("Content-Disposition", "attachment; filename=\"" + uid.str() + ".dcm\"");
  return response;
}

using Act = Result<void> (archive::StudyLife::*)(const trust::Access&, const StudyUid&, const std::string&);

// An act of a person on a study: why is asked of them.
void add_act(Context& context, http::Router& router, std::string_view name, std::string summary, Act act) {
  router.add(
      http::Method::Post, "/api/studies/{uid}/" + std::string(name),
      {.summary = std::move(summary), .tag = "studies", .request_schema = shape("Reason")},
      guarded(context, Permission::WriteClinical,
              [&context, act](const http::Request& request,
                              const trust::Access& access) -> Result<http::Response> {
                XL_TRY(const json::object body, body_object(request));
                XL_TRY(const std::string why, body_text(body, "reason", 1000));
                XL_CHECK((context.services.life.*act)(access, StudyUid(path_text(request, "uid")), why));
                return no_content();
              }));
}

}  // namespace

void add_study_routes(Context& context, http::Router& router) {
  const auto reader = [&context](auto function) {
    return guarded(context, Permission::ReadClinical,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(
      http::Method::Get, "/api/studies",
      {.summary = "Studies of the whole archive, newest first unless a name, number or birth date leads",
       .tag = "studies",
       .query = {{"name", "family and given name by their beginning, or ideographs; * and ? are wildcards"},
                 {"patient_id", "beginning of the Patient ID"},
                 {"accession", "beginning of the accession number"},
                 {"from", "study date, YYYY-MM-DD, included"},
                 {"to", "study date, YYYY-MM-DD, included"},
                 {"modality", "of any of its series"},
                 {"description", "any part of the study description"},
                 {"limit", "1..500, default 50"},
                 {"cursor", "`next` of the last answer"}},
       .response_schema = shape("{ items: ArchivedStudy[]; next: string|null; short_of_limit: boolean }")},
      reader(list));
  router.add(http::Method::Get, "/api/studies/{uid}",
             {.summary = "One study: its series, the results about it",
              .tag = "studies",
              .response_schema = shape("StudyDetail")},
             reader(study));
  router.add(http::Method::Get, "/api/studies/{uid}/instances",
             {.summary = "Instances of one series with their receipts, in the order they came",
              .tag = "studies",
              .query = {{"series", "Series Instance UID", true},
                        {"limit", "1..500, default 100"},
                        {"cursor", "`next` of the last answer"}},
              .response_schema = shape("{ items: ArchivedInstance[]; next: string|null }")},
             reader(instances));
  const auto writer = [&context](auto function) {
    return guarded(context, Permission::WriteClinical,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Post, "/api/studies/{uid}/correct",
             {.summary = "Give a study out with other values of a few attributes; what came stays as it is",
              .tag = "studies",
              .request_schema = shape("CorrectionRequest"),
              .response_schema = shape("Made")},
             writer(correct));
  router.add(http::Method::Post, "/api/studies/{uid}/move",
             {.summary = "Give a study to another patient, whose name and number it goes out with",
              .tag = "studies",
              .request_schema = shape("MoveRequest"),
              .response_schema = shape("Made")},
             writer(move_study));
  router.add(
      http::Method::Post, "/api/studies/{uid}/corrections/{id}/undo",
      {.summary = "Take a correction or a move back", .tag = "studies", .request_schema = shape("Reason")},
      writer(undo_correction));
  router.add(
      http::Method::Get, "/api/instances/{sop}/original",
      {.summary = "An instance as it was received, byte for byte, whatever was corrected since",
       .tag = "custody",
       .response_schema = shape("string")},
      guarded(context, std::nullopt, [&context](const http::Request& request, const trust::Access& access) {
        return original(context, request, access);
      }));
  using archive::StudyLife;
  add_act(context, router, "complete", "Say that a study is complete", &StudyLife::complete);
  add_act(context, router, "reject", "Hide a study from every search and retrieval; its bytes stay",
          &StudyLife::reject);
  add_act(context, router, "restore", "Take the rejection of a study back", &StudyLife::restore);
}

}  // namespace xinglin::web::detail
