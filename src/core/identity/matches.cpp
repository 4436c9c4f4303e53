#include "core/identity/matches.h"

#include <algorithm>

#include "core/identity/detail/matches_impl.h"

namespace xinglin::identity {
namespace {

constexpr double kPopulationLeast = 10'000;  // a small site stands in a town: the prior is of the town
constexpr double kAskedFor = 0.5;            // who is asked about is here as often as not
constexpr int64_t kMatchesMax = 100;

bool is_replaced(const json::object& patient) {
  const json::array* links = json::find_array(patient, "link");
  if (links == nullptr) return false;
  return std::any_of(links->begin(), links->end(), [](const json::value& link) {
    return link.is_object() && json::find_string(link.get_object(), "type") == "replaced-by";
  });
}

// Under scopes only who may search every patient: a match over some of them would tell of the others.
Result<void> require_all_patients(const trust::Access& access) {
  const trust::Restriction* restriction = access.restriction();
  if (restriction == nullptr) return access.require(trust::Permission::ReadClinical);
  XL_CHECK(access.require_within_scopes(trust::Permission::ReadClinical));
  const auto grants = restriction->grants("Patient", trust::Interaction::Search);
  if (std::ranges::none_of(grants, &trust::Grant::unlimited)) return Error(trust::kNotAllowed);
  return {};
}

}  // namespace

Matches::Matches(record::Record& record, Identity& identity, const Clock& clock, trust::AuditLog& audit,
                 journal::Journal& journal)
    : impl_(std::make_unique<Impl>(record, *identity.impl_, clock, audit, journal)) {
  record.watch(*impl_);
}
Matches::~Matches() = default;

Result<void> Matches::put(sql::Tx& tx, const PatientId& patient, const matching::Traits& traits) {
  return detail::put_person(tx, patient, traits);
}

Result<void> Matches::Impl::follow(sql::Tx& tx, const record::Resource& patient) {
  const PatientId id(patient.id);
  if (patient.deleted) return detail::drop_person(tx, id);
  XL_TRY(const json::object content, patient.parsed());
  if (is_replaced(content)) return detail::drop_person(tx, id);
  return detail::put_person(tx, id, matching::traits_of_patient(content));
}

std::shared_ptr<const matching::Model> Matches::model(sql::Session& session) {
  sql::Query q = session.query("SELECT id, model FROM identity_model ORDER BY id DESC LIMIT 1");
  const std::lock_guard lock(impl_->mutex);
  if (!q.next() || q.integer(0) == impl_->model_id) return impl_->model;
  const auto text = json::parse(q.text(1));
  if (!text || !text->is_object()) return impl_->model;
  auto read = matching::model_from_json(text->get_object());
  if (!read) return impl_->model;
  impl_->model = std::make_shared<matching::Model>(std::move(*read));
  impl_->model_id = q.integer(0);
  return impl_->model;
}

Result<Matches::Impl::Found> Matches::Impl::find(sql::Session& session, const matching::Model& with,
                                                 const matching::Traits& traits, double others,
                                                 double least) {
  XL_TRY(const int64_t people, detail::people(session));
  XL_TRY(const auto shares, detail::shares(session, with, traits, people));
  XL_TRY(const detail::Candidates candidates, detail::candidates(session, traits));
  matching::Prior prior = matching::prior_of(with, std::max(kPopulationLeast, static_cast<double>(people)));
  prior.same =
      std::max(others, with.others_per_record) / std::max(kPopulationLeast, static_cast<double>(people));
  Found out;
  out.candidates = candidates.people.size();
  out.keys_passed_over = candidates.keys_passed_over;
  for (const int64_t number : candidates.people) {
    XL_TRY(const auto other, detail::person(session, number));
    if (!other) continue;
    const matching::Comparison compared = matching::compare(traits, other->traits);
    if (matching::probability(with, compared, shares, prior) < least) continue;
    out.people.push_back({other->patient, matching::judge(with, compared, shares, prior)});
  }
  std::ranges::stable_sort(out.people, std::greater<>(),
                           [](const Judged& one) { return one.judgement.bits; });
  return out;
}

Result<MatchAnswer> Matches::match(sql::Session& session, const trust::Access& access,
                                   const MatchRequest& request) {
  if (const auto allowed = require_all_patients(access); !allowed) {
    impl_->audit.record(access, {.action = trust::Action::Search,
                                 .object = "Patient",
                                 .success = false,
                                 .detail = "match not allowed"});
    return allowed.error();
  }
  const matching::Traits traits = matching::traits_of_patient(request.patient);
  if (traits.empty()) return Error(kNothingToMatch);
  const auto model = this->model(session);
  XL_TRY(Impl::Found found, impl_->find(session, *model, traits, kAskedFor, kPossible));
  MatchAnswer out;
  out.candidates = found.candidates;
  out.keys_passed_over = found.keys_passed_over;
  const bool alone = found.people.size() < 2 || found.people[1].judgement.probability < kProbable;
  for (size_t i = 0; i < found.people.size(); ++i) {
    Impl::Judged& one = found.people[i];
    const double p = one.judgement.probability;
    const Grade grade = i == 0 && alone && p >= kCertain ? Grade::Certain
                        : p >= kProbable                 ? Grade::Probable
                                                         : Grade::Possible;
    if (request.only_certain && grade != Grade::Certain) break;
    if (out.matches.size() >= static_cast<size_t>(std::clamp<int64_t>(request.count, 0, kMatchesMax))) break;
    XL_TRY(const auto resource, impl_->record.current(session, "Patient", one.patient.str()));
    if (!resource || resource->deleted) continue;
    out.matches.push_back({one.patient, resource->text, std::move(one.judgement), grade});
  }
  impl_->audit.record(access, {.action = trust::Action::Search,
                               .object = "Patient",
                               .detail = "match: " + std::to_string(out.matches.size()) + " shown of " +
                                         std::to_string(out.candidates) + " compared"});
  return out;
}

}  // namespace xinglin::identity
