// Patients and their pages, the ECG of one object.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {
namespace {

using trust::Permission;

Result<http::Response> list(Context& context, const http::Request& request, const trust::Access& access) {
  worklist::PatientsQuery query;
  query.ward = query_text(request, "ward");
  query.text = query_text(request, "q");
  query.cursor = query_text(request, "cursor");
  XL_TRY(const std::string sort, query_one_of(request, "sort", {"news2", "name", "ward"}, "news2"));
  query.order = sort == "name"   ? worklist::PatientOrder::Name
                : sort == "ward" ? worklist::PatientOrder::Ward
                                 : worklist::PatientOrder::News2;
  XL_TRY(const std::string status,
         query_one_of(request, "status", {"present", "all"}, query.text.empty() ? "present" : "all"));
  query.present_only = status == "present";
  XL_TRY(query.limit, query_integer(request, "limit", 50, 1, 500));
  XL_TRY(const json::object document, context.services.worklist.patients(access, query));
  return ok(document);
}

// A route about one patient: what the worklist tells, with a number from the query.
using Ask =
    std::function<Result<json::object>(worklist::Worklist&, const trust::Access&, const PatientId&, int64_t)>;
struct Number {
  std::string_view name;
  int64_t fallback = 0, max = 0;
};

void add_page(Context& context, http::Router& router, std::string_view below, std::string summary,
              std::string_view response, Number number, Ask ask) {
  http::RouteInfo info{.summary = std::move(summary), .tag = "patients", .response_schema = shape(response)};
  if (!number.name.empty())
    info.query = {{std::string(number.name),
                   "1.." + std::to_string(number.max) + ", default " + std::to_string(number.fallback)}};
  router.add(
      http::Method::Get, "/api/patients/{id}" + std::string(below), std::move(info),
      guarded(context, Permission::ReadClinical,
              [&context, number, ask = std::move(ask)](
                  const http::Request& request, const trust::Access& access) -> Result<http::Response> {
                int64_t n = 0;
                if (!number.name.empty()) {
                  XL_TRY(n, query_integer(request, number.name, number.fallback, 1, number.max));
                }
                const PatientId patient(path_text(request, "id"));
                XL_TRY(const json::object document, ask(context.services.worklist, access, patient, n));
                return ok(document);
              }));
}

void add_chart_pages(Context& context, http::Router& router) {
  using worklist::Worklist;
  add_page(
      context, router, "/vitals", "Vital signs by series", "{ from: string; to: string; series: Series[] }",
      {"hours", 24, 720},
      [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t n) { return w.vitals(a, p, n); });
  add_page(
      context, router, "/news2", "NEWS2 over time",
      "{ from: string; to: string; points: News2Point[]; spo2_scale: Spo2Scale }", {"hours", 72, 720},
      [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t n) { return w.news2(a, p, n); });
  add_page(context, router, "/labs", "Laboratory reports, newest first", "{ reports: LabReport[] }",
           {"hours", 720, 8760}, [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t n) {
             return w.labs(a, p, n);
           });
}

void add_list_pages(Context& context, http::Router& router) {
  using worklist::Worklist;
  add_page(context, router, "", "The banner, with identifiers, encounter and allergies", "Patient", {},
           [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t) { return w.patient(a, p); });
  add_page(context, router, "/results", "AI results, newest first", "{ items: ResultSummary[] }",
           {"limit", 50, 500}, [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t n) {
             return w.patient_results(a, p, n);
           });
  add_page(context, router, "/timeline", "What happened, newest first", "{ items: TimelineItem[] }",
           {"limit", 100, 500}, [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t n) {
             return w.timeline(a, p, n);
           });
  add_page(context, router, "/studies", "DICOM studies, newest first", "{ items: Study[] }", {},
           [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t) { return w.studies(a, p); });
  add_page(context, router, "/tasks", "What the ward was asked to do, newest first", "{ items: Task[] }", {},
           [](Worklist& w, const trust::Access& a, const PatientId& p, int64_t) { return w.tasks(a, p); });
}

Result<http::Response> set_spo2_scale(Context& context, const http::Request& request,
                                      const trust::Access& access) {
  XL_TRY(const json::object body, body_object(request));
  XL_TRY(const std::string reason, body_text(body, "reason", 2000, true));
  const json::value* scale = json::find(body, "scale");
  XL_TRY(const json::object document, context.services.worklist.set_spo2_scale(
                                          access, PatientId(path_text(request, "id")),
                                          scale && scale->is_int64() ? scale->get_int64() : 0, reason));
  return ok(document);
}

}  // namespace

void add_patient_routes(Context& context, http::Router& router) {
  router.add(http::Method::Get, "/api/patients",
             {.summary = "Patients, by default those present, highest NEWS2 first",
              .tag = "patients",
              .query = {{"q", "part of a name or start of a number"},
                        {"ward", "exact name"},
                        {"sort", "news2, name or ward"},
                        {"status", "present or all"},
                        {"limit", "1..500, default 50"},
                        {"cursor", "`next` of the last answer"}},
              .response_schema = shape("{ items: PatientListItem[]; total: integer; next: string|null }")},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request& request, const trust::Access& access) {
                       return list(context, request, access);
                     }));
  add_list_pages(context, router);
  add_chart_pages(context, router);
  router.add(
      http::Method::Post, "/api/patients/{id}/spo2-scale",
      {.summary = "Chooses the SpO2 scale of NEWS2, with the reason; scale 2 only for a target of 88 to 92 %",
       .tag = "patients",
       .request_schema = shape("Spo2ScaleRequest"),
       .response_schema = shape("Spo2Scale")},
      guarded(context, Permission::WriteClinical,
              [&context](const http::Request& request, const trust::Access& access) {
                return set_spo2_scale(context, request, access);
              }));
  router.add(http::Method::Get, "/api/ecg/{sop}",
             {.summary = "The waveform of one DICOM ECG", .tag = "patients", .response_schema = shape("Ecg")},
             guarded(context, Permission::ReadClinical,
                     [&context](const http::Request& request,
                                const trust::Access& access) -> Result<http::Response> {
                       const SopInstanceUid sop(path_text(request, "sop"));
                       XL_TRY(const json::object document, context.services.worklist.ecg(access, sop));
                       return ok(document);
                     }));
}

}  // namespace xinglin::web::detail
