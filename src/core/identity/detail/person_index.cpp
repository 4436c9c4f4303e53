#include "core/identity/detail/person_index.h"

#include <algorithm>
#include <set>

#include "core/matching/blocking.h"

namespace xinglin::identity::detail {
namespace {

std::set<int64_t> keys(const matching::Traits& traits) {
  std::set<int64_t> out;
  for (const matching::Key& key : matching::keys_of(traits)) out.insert(key.value);
  return out;
}

std::set<std::string> names(const matching::Traits& traits) {
  std::set<std::string> out{""};
  for (const matching::PersonName& name : traits.names) {
    if (!name.family.empty()) out.insert("f" + name.family);
    if (!name.given.empty()) out.insert("g" + name.given);
  }
  return out;
}

Result<void> count(sql::Tx& tx, const std::string& name, int by) {
  XL_CHECK(
      tx.run("INSERT INTO identity_name (name, people) VALUES (?1, ?2) "
             "ON CONFLICT (name) DO UPDATE SET people = people + excluded.people",
             name, by));
  return {};
}

Result<int64_t> counted(sql::Session& session, const std::string& name) {
  sql::Query q = session.query("SELECT people FROM identity_name WHERE name = ?1", name);
  const int64_t out = q.next() ? q.integer(0) : 0;
  XL_CHECK(q.status());
  return out;
}

// Moves the keys and counts of a person from what was known to what is known now.
Result<void> move(sql::Tx& tx, int64_t number, const matching::Traits* before,
                  const matching::Traits* after) {
  const std::set<int64_t> none;
  const std::set<int64_t> old_keys = before ? keys(*before) : none, new_keys = after ? keys(*after) : none;
  for (const int64_t key : old_keys)
    if (!new_keys.contains(key))
      XL_CHECK(tx.run("DELETE FROM identity_key WHERE key = ?1 AND person = ?2", key, number));
  for (const int64_t key : new_keys)
    if (!old_keys.contains(key))
      XL_CHECK(tx.run("INSERT INTO identity_key (key, person) VALUES (?1, ?2)", key, number));
  const std::set<std::string> nobody;
  const std::set<std::string> old_names = before ? names(*before) : nobody,
                              new_names = after ? names(*after) : nobody;
  for (const std::string& name : old_names)
    if (!new_names.contains(name)) XL_CHECK(count(tx, name, -1));
  for (const std::string& name : new_names)
    if (!old_names.contains(name)) XL_CHECK(count(tx, name, 1));
  return {};
}

struct Kept {
  int64_t number = 0;
  std::string packed;
};
Result<Kept> kept(sql::Session& session, const PatientId& patient) {
  sql::Query q =
      session.query("SELECT person, traits FROM identity_person WHERE patient = ?1", patient.str());
  Kept out;
  if (q.next()) out = {q.integer(0), std::string(q.text(1))};
  XL_CHECK(q.status());
  return out;
}

}  // namespace

Result<void> put_person(sql::Tx& tx, const PatientId& patient, const matching::Traits& traits) {
  if (traits.empty()) return drop_person(tx, patient);
  const std::string packed = matching::pack(traits);
  XL_TRY(const Kept old, kept(tx, patient));
  if (old.number != 0 && old.packed == packed) return {};
  if (old.number == 0) {
    XL_CHECK(tx.run("INSERT INTO identity_person (patient, traits) VALUES (?1, ?2)", patient.str(), packed));
    return move(tx, tx.last_insert_id(), nullptr, &traits);
  }
  XL_CHECK(tx.run("UPDATE identity_person SET traits = ?2 WHERE person = ?1", old.number, packed));
  const matching::Traits before = matching::unpack(old.packed);
  return move(tx, old.number, &before, &traits);
}

Result<void> drop_person(sql::Tx& tx, const PatientId& patient) {
  XL_TRY(const Kept old, kept(tx, patient));
  if (old.number == 0) return {};
  const matching::Traits before = matching::unpack(old.packed);
  XL_CHECK(move(tx, old.number, &before, nullptr));
  XL_CHECK(tx.run("DELETE FROM identity_person WHERE person = ?1", old.number));
  return {};
}

Result<std::optional<matching::Traits>> person(sql::Session& session, const PatientId& patient) {
  XL_TRY(const Kept found, kept(session, patient));
  if (found.number == 0) return std::optional<matching::Traits>();
  return std::optional<matching::Traits>(matching::unpack(found.packed));
}

Result<int64_t> people(sql::Session& session) {
  return counted(session, "");
}

Result<Candidates> candidates(sql::Session& session, const matching::Traits& traits) {
  struct Met {
    int64_t person;
    double says;
  };
  Candidates out;
  std::vector<Met> met;
  for (const matching::Key& key : matching::lookups_of(traits)) {
    const size_t before = met.size();
    sql::Query q =
        session.query("SELECT person FROM identity_key WHERE key = ?1 LIMIT ?2", key.value, kPerKey + 1);
    while (q.next()) met.push_back({q.integer(0), 0});
    XL_CHECK(q.status());
    const size_t found = met.size() - before;
    if (found > static_cast<size_t>(kPerKey)) {
      met.resize(before);
      ++out.keys_passed_over;
      continue;
    }
    for (size_t i = before; i < met.size(); ++i) met[i].says = 1.0 / static_cast<double>(found);
  }
  std::ranges::sort(met, {}, &Met::person);
  size_t kept = 0;
  for (size_t i = 0; i < met.size(); ++i) {
    if (kept > 0 && met[kept - 1].person == met[i].person)
      met[kept - 1].says += met[i].says;
    else
      met[kept++] = met[i];
  }
  met.resize(kept);
  if (met.size() > kCandidatesMax) {
    std::ranges::nth_element(met, met.begin() + kCandidatesMax, std::greater<>(), &Met::says);
    met.resize(kCandidatesMax);
    std::ranges::sort(met, {}, &Met::person);  // read in the order in which they lie
  }
  for (const Met& one : met) out.people.push_back(one.person);
  return out;
}

Result<std::optional<Person>> person(sql::Session& session, int64_t number) {
  sql::Query q = session.query("SELECT patient, traits FROM identity_person WHERE person = ?1", number);
  std::optional<Person> out;
  if (q.next()) out = Person{PatientId(std::string(q.text(0))), matching::unpack(q.text(1))};
  XL_CHECK(q.status());
  return out;
}

Result<std::vector<matching::NameShares>> shares(sql::Session& session, const matching::Model& model,
                                                 const matching::Traits& traits, int64_t people) {
  std::vector<matching::NameShares> out;
  for (const matching::PersonName& name : traits.names) {
    XL_TRY(const int64_t family, counted(session, "f" + name.family));
    XL_TRY(const int64_t given, counted(session, "g" + name.given));
    out.push_back({matching::share_of(model, matching::Field::Family, family, people),
                   matching::share_of(model, matching::Field::Given, given, people)});
  }
  return out;
}

}  // namespace xinglin::identity::detail
