// The queue of probable pairs, the jobs that fill it, and what people decide.
#include <algorithm>

#include "core/identity/detail/matches_impl.h"
#include "core/identity/detail/patient_json.h"

namespace xinglin::identity {
namespace {

constexpr const char *kIndexQueue = "identity-index", *kReviewQueue = "identity-review";
constexpr int64_t kIndexPage = 200, kLearnMax = 100'000;
constexpr size_t kReasonMax = 1000;
constexpr std::string_view kPairRow =
    "SELECT id, a, b, probability, evidence, at, decision, decided_at, decided_by, why, merge FROM "
    "identity_pair ";

struct Row {
  Pair pair;
  int64_t merge = 0;
};

Row row_of(const sql::Query& q) {
  Row out;
  Pair& p = out.pair;
  p.id = q.integer(0);
  p.a = PatientId(std::string(q.text(1)));
  p.b = PatientId(std::string(q.text(2)));
  p.probability = q.real(3);
  if (const auto text = json::parse(q.text(4)); text && text->is_object()) {
    p.household = json::find_number(text->get_object(), "household").value_or(0);
    if (const json::array* fields = json::find_array(text->get_object(), "fields"))
      for (const json::value& field : *fields)
        if (field.is_object())
          p.evidence.push_back({std::string(json::find_string(field.get_object(), "field").value_or("")),
                                std::string(json::find_string(field.get_object(), "level").value_or("")),
                                json::find_number(field.get_object(), "bits").value_or(0)});
  }
  p.at = q.instant(5);
  p.decision = q.text(6);
  if (!q.is_null(7)) p.decided_at = q.instant(7);
  p.decided_by = q.text(8);
  p.why = q.text(9);
  out.merge = q.integer(10);
  return out;
}

std::string evidence_text(const matching::Judgement& judgement) {
  json::array fields;
  for (const matching::Evidence& e : judgement.evidence)
    fields.push_back(json::object{{"field", matching::name_of(e.field)},
                                  {"level", matching::level_name(e.field, e.level)},
                                  {"bits", e.bits}});
  return json::serialize(json::object{{"household", judgement.household}, {"fields", std::move(fields)}});
}

std::string_view told(PairVerdict verdict) {
  switch (verdict) {
    case PairVerdict::Same:
      return "same";
    case PairVerdict::Linked:
      return "linked";
    case PairVerdict::Different:
      return "different";
    case PairVerdict::Later:
      return "later";
    case PairVerdict::Open:
      break;
  }
  return "open";
}

}  // namespace

void Matches::register_jobs() {
  impl_->journal.add_queue(kIndexQueue, {},
                           [this](const journal::Job& job) { return impl_->index_page(job); });
  impl_->journal.add_queue(kReviewQueue, {}, [this](const journal::Job& job) -> Result<void> {
    XL_CHECK(review(PatientId(job.key)));
    return {};
  });
  impl_->journal.add_route("identity-review", kReviewQueue, [](const journal::Event& event) {
    std::vector<journal::NewJob> out;
    if ((event.type == "record.patient-created" || event.type == "record.patient-updated" ||
         event.type == "record.patient-deleted") &&
        event.subject.starts_with("Patient/"))
      out.push_back({.key = event.subject.substr(8), .payload = {}, .delay_us = kSecondUs, .priority = -1});
    return out;
  });
}

Result<void> Matches::index_older() {
  return impl_->record.store().write([&](sql::Tx& tx) -> Result<void> {
    sql::Query q = tx.query("SELECT 1 FROM identity_backfill");
    if (q.next()) return {};
    XL_CHECK(q.status());
    return impl_->journal.enqueue(tx, kIndexQueue, {.key = "patients", .payload = {}});
  });
}

// Page after page; people who were written since are there already, and putting them twice changes nothing.
Result<void> Matches::Impl::index_page(const journal::Job&) {
  record::SearchRequest request;
  request.type = "Patient";
  request.count = kIndexPage;
  request.total = record::Total::None;
  do {
    XL_TRY(const record::SearchResult page,
           record.store().read([&](sql::Session& s) { return record.search(s, identity.self, request); }));
    const auto put = record.store().write(
        [&](sql::Tx& tx) -> Result<void> {
          for (const record::Resource& found : page.matches) {
            XL_TRY(const auto now, record.current(tx, "Patient", found.id));
            if (now) XL_CHECK(follow(tx, *now));
          }
          return {};
        },
        sql::Store::Urgency::Soon);
    XL_CHECK(put);
    request.cursor = page.next_cursor;
  } while (!request.cursor.empty());
  return record.store().write([](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO identity_backfill (done) VALUES (1)"));
    return {};
  });
}

Result<int64_t> Matches::review(const PatientId& patient) {
  sql::Store& store = impl_->record.store();
  XL_TRY(const Impl::Found found, store.read([&](sql::Session& session) -> Result<Impl::Found> {
    XL_TRY(const auto traits, detail::person(session, patient));
    if (!traits) return Impl::Found{};
    const auto with = model(session);
    return impl_->find(session, *with, *traits, with->others_per_record, kPossible);
  }));
  int64_t queued = 0;
  const auto written = store.write(
      [&](sql::Tx& tx) -> Result<void> {
        XL_CHECK(impl_->drop_pairs(tx, patient, found));
        queued = 0;
        for (const Impl::Judged& other : found.people) {
          if (other.patient == patient) continue;
          XL_CHECK(impl_->queue_pair(tx, patient, other.patient, other.judgement));
          ++queued;
        }
        return {};
      },
      sql::Store::Urgency::Soon);
  XL_CHECK(written);
  return queued;
}

// Pairs nobody has ever decided on and that are none any more: people change their names and move. One with a
// history stays, and so does its number.
Result<void> Matches::Impl::drop_pairs(sql::Tx& tx, const PatientId& patient, const Found& found) {
  std::vector<int64_t> gone;
  for (const char* sql :
       {"SELECT id, b FROM identity_pair WHERE a = ?1 AND decision IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "identity_pair_history WHERE pair = identity_pair.id)",
        "SELECT id, a FROM identity_pair WHERE b = ?1 AND decision IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "identity_pair_history WHERE pair = identity_pair.id)"}) {
    sql::Query q = tx.query(sql, patient.str());
    while (q.next())
      if (std::ranges::none_of(found.people,
                               [&](const Judged& one) { return one.patient.str() == q.text(1); }))
        gone.push_back(q.integer(0));
    XL_CHECK(q.status());
  }
  for (const int64_t id : gone) XL_CHECK(tx.run("DELETE FROM identity_pair WHERE id = ?1", id));
  return {};
}

Result<void> Matches::Impl::queue_pair(sql::Tx& tx, const PatientId& one, const PatientId& other,
                                       const matching::Judgement& judgement) {
  const auto [a, b] = std::minmax(one.str(), other.str());
  {
    sql::Query q = tx.query(
        "SELECT 1 FROM identity_conflict WHERE decision = 'different' AND (known, other) IN "
        "(VALUES (?1, ?2), (?2, ?1))",
        a, b);
    if (q.next()) return {};
    XL_CHECK(q.status());
  }
  XL_CHECK(
      tx.run("INSERT INTO identity_pair (a, b, probability, evidence, at) VALUES (?1, ?2, ?3, ?4, ?5) "
             "ON CONFLICT (a, b) DO UPDATE SET probability = excluded.probability, "
             "evidence = excluded.evidence WHERE decision IS NULL OR decision = 'later'",
             a, b, judgement.probability, evidence_text(judgement), clock.now()));
  return {};
}

Result<std::vector<Pair>> Matches::pairs(sql::Session& session, const trust::Access& access, PairState state,
                                         int64_t limit) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  const char* which = state == PairState::Open    ? "WHERE decision IS NULL ORDER BY probability DESC "
                      : state == PairState::Later ? "WHERE decision = 'later' ORDER BY probability DESC "
                                                  : "ORDER BY coalesce(decided_at, at) DESC, id DESC ";
  sql::Query q =
      session.query(std::string(kPairRow) + which + "LIMIT ?1", std::clamp<int64_t>(limit, 0, 1000));
  std::vector<Pair> out;
  while (q.next()) out.push_back(row_of(q).pair);
  XL_CHECK(q.status());
  impl_->audit.record(access, {.action = trust::Action::Search,
                               .object = "Pair",
                               .detail = std::to_string(out.size()) + " pairs of patients"});
  return out;
}

Result<std::vector<PairDecision>> Matches::history(sql::Session& session, const trust::Access& access,
                                                   int64_t pair) {
  XL_CHECK(access.require(trust::Permission::ReadClinical));
  sql::Query q = session.query(
      "SELECT at, who, decision, why FROM identity_pair_history WHERE pair = ?1 ORDER BY id", pair);
  std::vector<PairDecision> out;
  while (q.next())
    out.push_back({q.instant(0), std::string(q.text(1)), std::string(q.text(2)), std::string(q.text(3))});
  XL_CHECK(q.status());
  return out;
}

Result<int64_t> Matches::open_pairs(sql::Session& session) {
  sql::Query q = session.query("SELECT count(*) FROM identity_pair WHERE decision IS NULL");
  const int64_t out = q.next() ? q.integer(0) : 0;
  XL_CHECK(q.status());
  return out;
}

Result<void> Matches::decide(sql::Tx& tx, const trust::Access& access, int64_t id, PairVerdict verdict,
                             const std::string& why) {
  XL_CHECK(access.require(trust::Permission::WriteClinical));
  if (why.empty() || why.size() > kReasonMax) return Error(kNoReason);
  Row row;
  {
    sql::Query q = tx.query(std::string(kPairRow) + "WHERE id = ?1", id);
    if (!q.next()) {
      XL_CHECK(q.status());
      return Error(kNoPair);
    }
    row = row_of(q);
  }
  const bool decided = !row.pair.decision.empty() && row.pair.decision != "later";
  const bool reopen = verdict == PairVerdict::Open;
  if (reopen && row.pair.decision.empty()) return Error(kDecided, "nobody has decided on this pair");
  if (!reopen && decided) return Error(kDecided, "somebody has decided already; take that back first");
  if (reopen && row.merge != 0) XL_CHECK(impl_->identity.part(tx, access, row.merge));
  if (reopen && row.pair.decision == "linked")
    XL_CHECK(impl_->see_also(tx, access, row.pair, Impl::SeeAlso::Remove));
  if (verdict == PairVerdict::Linked) XL_CHECK(impl_->see_also(tx, access, row.pair, Impl::SeeAlso::Add));
  int64_t merge = 0;
  if (verdict == PairVerdict::Same) {
    XL_TRY(const PatientId a, impl_->identity.survivor_of(tx, row.pair.a));
    XL_TRY(const PatientId b, impl_->identity.survivor_of(tx, row.pair.b));
    if (a != b) {  // else they have been merged another way
      XL_TRY(merge, impl_->identity.join(tx, access, a, b));
    }
  }
  return impl_->note_decision(tx, access, row.pair, verdict, why, merge);
}

Result<void> Matches::Impl::see_also(sql::Tx& tx, const trust::Access& access, const Pair& pair,
                                     SeeAlso what) {
  for (const auto& [one, other] : {std::pair(pair.a, pair.b), std::pair(pair.b, pair.a)}) {
    XL_TRY(json::object patient, identity.stored(tx, "Patient", one.str()));
    if (what == SeeAlso::Add)
      detail::add_link(patient, other, "seealso");
    else
      detail::remove_link(patient, other, "seealso");
    XL_CHECK(identity.store(tx, access, std::move(patient)));
  }
  return {};
}

Result<void> Matches::Impl::note_decision(sql::Tx& tx, const trust::Access& access, const Pair& pair,
                                          PairVerdict verdict, const std::string& why, int64_t merge) {
  const std::string said(told(verdict));
  const bool reopen = verdict == PairVerdict::Open;
  const Instant now = clock.now();
  XL_CHECK(
      tx.run("UPDATE identity_pair SET decision = ?2, decided_at = ?3, decided_by = ?4, why = ?5, merge = ?6 "
             "WHERE id = ?1",
             pair.id, reopen ? std::optional<std::string>() : said, reopen ? std::optional<Instant>() : now,
             reopen ? std::optional<std::string>() : access.who(),
             reopen ? std::optional<std::string>() : why, merge == 0 ? std::optional<int64_t>() : merge));
  XL_CHECK(
      tx.run("INSERT INTO identity_pair_history (pair, at, who, decision, why) VALUES (?1, ?2, ?3, ?4, ?5)",
             pair.id, now, access.who(), said, why));
  XL_CHECK(audit.append(tx, access,
                        {.action = trust::Action::Update,
                         .object = "Pair/" + std::to_string(pair.id),
                         .patient = pair.b.str(),
                         .detail = said + " as Patient/" + pair.a.str() + ": " + why}));
  journal::Event event;
  event.type = "identity.pair-decided";
  event.subject = "Pair/" + std::to_string(pair.id);
  event.patient = pair.b.str();
  event.data = {{"a", pair.a.str()}, {"b", pair.b.str()}, {"decision", said}};
  XL_CHECK(journal.append(tx, std::move(event)));
  return {};
}

Result<matching::Learned> Matches::learn(const trust::Access& access) {
  XL_CHECK(access.require(trust::Permission::OperateSystem));
  sql::Store& store = impl_->record.store();
  matching::Crowd crowd;
  int64_t people = 0;
  std::shared_ptr<const matching::Model> first;
  const auto read = store.read([&](sql::Session& session) -> Result<void> {
    XL_TRY(people, detail::people(session));
    first = model(session);
    // Neighbours in time are kept together: of people taken at random few would have a second record.
    sql::Query q =
        session.query("SELECT traits FROM identity_person ORDER BY person DESC LIMIT ?1", kLearnMax);
    while (q.next()) crowd.add(matching::unpack(q.text(0)));
    return q.status();
  });
  XL_CHECK(read);
  matching::Learned learned = matching::learn(crowd, *first, 1);
  learned.model.learned_on = std::to_string(crowd.size()) + " people of this site";
  const std::string text = json::serialize(matching::to_json(learned.model));
  const auto kept = store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(tx.run("INSERT INTO identity_model (at, who, model, people) VALUES (?1, ?2, ?3, ?4)",
                    impl_->clock.now(), access.who(), text, people));
    XL_CHECK(impl_->audit.append(tx, access,
                                 {.action = trust::Action::Execute,
                                  .object = "IdentityModel",
                                  .detail = "learned on " + std::to_string(crowd.size()) + " people"}));
    return {};
  });
  XL_CHECK(kept);
  return learned;
}

}  // namespace xinglin::identity
