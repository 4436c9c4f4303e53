// What the files of Matches share. Private to core/identity.
#pragma once

#include <mutex>

#include "core/identity/detail/impl.h"
#include "core/identity/detail/person_index.h"
#include "core/identity/matches.h"

namespace xinglin::identity {

struct Matches::Impl final : record::Watcher {
  Impl(record::Record& r, Identity::Impl& i, const Clock& c, trust::AuditLog& a, journal::Journal& j)
      : record(r), identity(i), clock(c), audit(a), journal(j) {}

  record::Record& record;
  Identity::Impl& identity;
  const Clock& clock;
  trust::AuditLog& audit;
  journal::Journal& journal;

  std::mutex mutex = {};  // guards the two below
  int64_t model_id = 0;
  // Shared: a match keeps the model it began with while another is learned.
  std::shared_ptr<const matching::Model> model = std::make_shared<matching::Model>(matching::default_model());

  // In the transaction that wrote the Patient.
  Result<void> written(sql::Tx& tx, const trust::Access&, trust::Action,
                       const record::Resource& resource) override {
    return resource.type == "Patient" ? follow(tx, resource) : Result<void>();
  }
  Result<void> follow(sql::Tx& tx, const record::Resource& patient);
  struct Judged {
    PatientId patient;
    matching::Judgement judgement;
  };
  struct Found {
    std::vector<Judged> people;  // most probable first
    size_t candidates = 0, keys_passed_over = 0;
  };
  // `others`: how many records of the person are expected beside the description.
  Result<Found> find(sql::Session& session, const matching::Model& with, const matching::Traits& traits,
                     double others, double least);
  Result<void> drop_pairs(sql::Tx& tx, const PatientId& patient, const Found& found);
  Result<void> queue_pair(sql::Tx& tx, const PatientId& one, const PatientId& other,
                          const matching::Judgement& judgement);
  enum class SeeAlso { Add, Remove };
  Result<void> see_also(sql::Tx& tx, const trust::Access& access, const Pair& pair, SeeAlso what);
  Result<void> note_decision(sql::Tx& tx, const trust::Access& access, const Pair& pair, PairVerdict verdict,
                             const std::string& why, int64_t merge);
  Result<void> index_page(const journal::Job& job);
};

}  // namespace xinglin::identity
