// The transaction of a message: patients, merges, stays, results.
#include "codec/fhir/imaging_order.h"
#include "service/intake/detail/hl7_incoming.h"

namespace xinglin::intake::detail {
namespace {

constexpr int64_t kStepsMax = 100;  // of one order

class Writer {
public:
  Writer(const Neighbours& n, sql::Tx& tx, const trust::Access& access, const Incoming& message,
         IssueSink& issues)
      : n_(n), tx_(tx), access_(access), message_(message), issues_(issues) {}

  Result<Written> run() {
    for (size_t i = 0; i < message_.groups.size(); ++i) {
      const hl7v2::PatientGroup& group = message_.mapped.groups[i];
      const PlannedGroup& planned = message_.groups[i];
      XL_TRY(const PatientId patient, resolve(group, planned));
      out_.patients.push_back(patient);
      if (!group.merged.empty()) XL_CHECK(merge(group, patient));
      // The patient may have been made or merged by another message since the plan: then it is made anew.
      const bool as_planned = patient == planned.patient;
      if (group.encounter)
        XL_CHECK(write_encounter(*group.encounter, patient, as_planned ? &*planned.encounter : nullptr));
      for (size_t r = 0; r < group.resources.size(); ++r)
        XL_CHECK(
            write_result(group.resources[r], patient, as_planned ? &planned.resources[r].prepared : nullptr));
    }
    return std::move(out_);
  }

private:
  Error content(const char* code, const std::string& where, std::string text) {
    issues_.error(code, where, std::move(text));
    return Error(kContent);
  }

  Result<PatientId> resolve(const hl7v2::PatientGroup& group, const PlannedGroup& planned) {
    json::object patient = group.patient.resource;
    if (!planned.known) patient["id"] = planned.patient.str();
    auto resolved = n_.identity.resolve(tx_, access_, identifiers_of(group.patient.identifiers),
                                        std::move(patient), demographics_of(group.patient));
    if (!resolved.ok()) {
      if (resolved.error().is(identity::kConflict))
        return content("conflict", group.patient.where,
                       "the identifiers belong to different patients; merge them first (A40)");
      if (resolved.error().is(record::kInvalidResource))
        return content("value", group.patient.where,
                       "the demographics cannot be stored: " + resolved.error().message());
      return resolved.error();
    }
    if (resolved->created) out_.resources.push_back(json::value("Patient/" + resolved->patient.str()));
    return std::move(resolved->patient);
  }

  // A40: an unknown prior identifier is linked, a known patient is merged, one that is merged already is left
  // alone.
  Result<void> merge(const hl7v2::PatientGroup& group, const PatientId& survivor) {
    const std::vector<identity::Identifier> prior = identifiers_of(group.merged);
    auto found = n_.identity.find(tx_, prior);
    if (!found.ok()) {
      if (!found.error().is(identity::kConflict)) return found.error();
      return content("conflict", group.merged_where, "the prior identifiers belong to different patients");
    }
    if (!found->has_value()) {
      std::vector<identity::Identifier> all = identifiers_of(group.patient.identifiers);
      all.insert(all.end(), prior.begin(), prior.end());
      json::array elements;
      for (const identity::Identifier& id : prior)
        elements.push_back(json::object{{"use", "old"}, {"system", id.system}, {"value", id.value}});
      json::object patient{{"resourceType", "Patient"}, {"identifier", std::move(elements)}};
      XL_CHECK(
          n_.identity.resolve(tx_, access_, all, std::move(patient), identity::Identity::Demographics::Keep));
      return {};
    }
    if (**found == survivor) return {};
    auto merged = n_.identity.merge(tx_, access_, survivor, **found);
    if (merged.ok()) return {};
    if (merged.error().is(identity::kConflict))
      return content("conflict", group.merged_where, merged.error().message());
    return merged.error();
  }

  Result<record::Prepared> make(const json::object& resource, const PatientId& patient,
                                const std::string& where) {
    return prepare(n_, resource, patient, where, issues_);
  }

  Result<bool> create(const record::Prepared* planned, const json::object& resource, const PatientId& patient,
                      const std::string& where) {
    std::optional<record::Prepared> anew;
    if (planned == nullptr) {
      XL_TRY(anew, make(resource, patient, where));
      planned = &*anew;
    }
    const auto created = n_.record.create(tx_, access_, *planned);
    if (created.ok()) return true;
    if (created.error().is(record::kIdTaken)) return false;
    return created.error();
  }

  // The stored resource, if it is this patient's: a number of one patient is never let change another's data.
  Result<json::object> current(std::string_view type, std::string_view id, const PatientId& patient,
                               const std::string& where, const char* complaint) {
    XL_TRY(const auto stored, n_.record.current(tx_, type, id));
    if (!stored || stored->deleted) return json::object{};
    if (stored->patient != patient.str()) return content("duplicate", where, complaint);
    return stored->parsed();
  }

  Result<void> replace(const json::object& before, json::object after, const PatientId& patient,
                       const std::string& where) {
    hl7v2::set_subject(after, patient.str());
    json::object left = before, right = after;
    left.erase("meta");
    right.erase("meta");
    if (left == right) return {};  // nothing new: no version
    XL_TRY(const record::Prepared prepared, make(after, patient, where));
    XL_CHECK(n_.record.update(tx_, access_, prepared));
    return {};
  }

  Result<void> write_encounter(const hl7v2::MappedEncounter& stay, const PatientId& patient,
                               const record::Prepared* planned) {
    XL_TRY(const bool created, create(planned, stay.resource, patient, stay.where));
    if (!created) {
      XL_TRY(const json::object before, current("Encounter", stay.id, patient, stay.where,
                                                "this visit number belongs to another patient"));
      if (stay.change == hl7v2::EncounterChange::Mention && !before.empty()) return {};
      XL_CHECK(replace(before, hl7v2::merge_encounter(before, stay), patient, stay.where));
    }
    out_.resources.push_back(json::value("Encounter/" + stay.id));
    return {};
  }

  // A cancellation, or another change of status, may name the order and not its steps (an OMI without IPC):
  // then it is about each step of that order that is kept for this patient. How many it was about.
  Result<size_t> change_steps(const hl7v2::MappedResource& result, const PatientId& patient) {
    const auto status = json::find_string(result.resource, "status");
    const fhir::ImagingOrder order = fhir::read_imaging_order(result.resource);
    const std::string& number = order.placer_number.empty() ? order.filler_number : order.placer_number;
    if (!status || *status == "active" || number.empty()) return size_t{0};
    XL_TRY(const auto stored, n_.record.current(tx_, result.type, result.id));
    if (stored && !stored->deleted) return size_t{0};
    record::SearchRequest steps;
    steps.type = result.type;
    steps.parameters = {{"subject", "", "Patient/" + patient.str()}, {"identifier", "", number}};
    steps.count = kStepsMax;
    steps.total = record::Total::None;
    XL_TRY(const auto found, n_.record.search(tx_, trust::Access::system("message-intake"), steps));
    size_t changed = 0;
    for (const record::Resource& step : found.matches) {
      XL_TRY(const json::object before, step.parsed());
      const fhir::ImagingOrder known = fhir::read_imaging_order(before);
      const bool same_order = order.placer_number.empty() ? known.filler_number == order.filler_number
                                                          : known.placer_number == order.placer_number;
      if (!same_order || (!order.step_id.empty() && known.step_id != order.step_id)) continue;
      ++changed;
      json::object after = before;
      after["status"] = *status;
      XL_CHECK(replace(before, std::move(after), patient, result.where));
      out_.resources.push_back(json::value(result.type + "/" + step.id));
    }
    return changed;
  }

  Result<void> write_result(const hl7v2::MappedResource& result, const PatientId& patient,
                            const record::Prepared* planned) {
    if (result.type == "ServiceRequest") {
      XL_TRY(const size_t steps, change_steps(result, patient));
      if (steps > 0) return {};
    }
    XL_TRY(const bool created, create(planned, result.resource, patient, result.where));
    if (!created) {
      XL_TRY(const json::object before, current(result.type, result.id, patient, result.where,
                                                "this order number belongs to another patient"));
      const bool report = result.type == "DiagnosticReport" && !before.empty();
      const bool order = result.type == "ServiceRequest" && !before.empty();
      json::object after = report  ? hl7v2::merge_report(before, result.resource)
                           : order ? hl7v2::merge_order(before, result.resource)
                                   : result.resource;
      XL_CHECK(replace(before, std::move(after), patient, result.where));
    }
    out_.resources.push_back(json::value(result.type + "/" + result.id));
    return {};
  }

  const Neighbours& n_;
  sql::Tx& tx_;
  const trust::Access& access_;
  const Incoming& message_;
  IssueSink& issues_;
  Written out_;
};

}  // namespace

Result<Written> write_groups(const Neighbours& n, sql::Tx& tx, const trust::Access& access,
                             const Incoming& message, IssueSink& issues) {
  return Writer(n, tx, access, message, issues).run();
}

}  // namespace xinglin::intake::detail
