// Imaging procedures: what is scheduled, and what modalities say they have performed.
#include "edge/web/detail/routes.h"

namespace xinglin::web::detail {

namespace {

using trust::Permission;

Result<http::Response> scheduled(Context& context, const http::Request& request,
                                 const trust::Access& access) {
  XL_TRY(const int64_t limit, query_integer(request, "limit", 200, 1, 1000));
  const std::string date = query_text(request, "date"), study = query_text(request, "study");
  if (date.empty() == study.empty()) return Error(kBadParameter, "give a date (YYYYMMDD) or a study");
  XL_TRY(const auto steps, study.empty() ? context.services.schedule.of_day(access, date, limit)
                                         : context.services.schedule.of_study(access, StudyUid(study)));
  json::array items;
  for (const procedure::ScheduledStep& step : steps)
    items.push_back(json::object{{"request", step.request},
                                 {"patient", step.patient.str()},
                                 {"status", step.status},
                                 {"progress", step.progress},
                                 {"open", step.open},
                                 {"start", step.start},
                                 {"accession_number", step.accession_number},
                                 {"step_id", step.step_id},
                                 {"study", step.study.str()},
                                 {"attributes", step.attributes}});
  return ok({{"items", std::move(items)}});
}

Result<http::Response> performed(Context& context, const http::Request& request,
                                 const trust::Access& access) {
  const std::string study = query_text(request, "study");
  if (study.empty()) return Error(kBadParameter, "study is missing");
  XL_TRY(const auto steps, context.services.performed.of_study(access, StudyUid(study)));
  json::array items;
  for (const procedure::PerformedStep& step : steps) {
    json::array studies, instances;
    for (const StudyUid& uid : step.studies) studies.push_back(json::value(uid.str()));
    for (const procedure::PerformedInstance& one : step.instances)
      instances.push_back(json::object{{"sop_instance", one.sop_instance.str()},
                                       {"sop_class", one.sop_class.str()},
                                       {"series", one.series.str()}});
    items.push_back(json::object{
        {"uid", step.uid},
        {"state", step.state},
        {"ae_title", step.ae_title},
        {"modality", step.modality},
        {"patient", text_or_null(step.patient.str())},
        {"studies", std::move(studies)},
        {"created_at", format_rfc3339(step.created_at)},
        {"ended_at", step.ended_at ? json::value(format_rfc3339(*step.ended_at)) : json::value(nullptr)},
        {"instances", std::move(instances)}});
  }
  return ok({{"items", std::move(items)}});
}

}  // namespace

void add_procedure_routes(Context& context, http::Router& router) {
  const auto with = [&context](auto function) {
    return guarded(context, Permission::ReadClinical,
                   [&context, function](const http::Request& request, const trust::Access& access) {
                     return function(context, request, access);
                   });
  };
  router.add(http::Method::Get, "/api/procedures/scheduled",
             {.summary = "Scheduled steps of a day or of a study, as the modality worklist has them",
              .tag = "procedures",
              .query = {{"date", "YYYYMMDD of the start"},
                        {"study", "Study Instance UID"},
                        {"limit", "how many, 1..1000, default 200"}},
              .response_schema = shape("{ items: ScheduledStep[] }")},
             with(scheduled));
  router.add(http::Method::Get, "/api/procedures/performed",
             {.summary = "Performed procedure steps of a study with the instances they name",
              .tag = "procedures",
              .query = {{"study", "Study Instance UID", true}},
              .response_schema = shape("{ items: PerformedStep[] }")},
             with(performed));
}

}  // namespace xinglin::web::detail
