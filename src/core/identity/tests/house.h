// The rooms below identity, on a database in a folder of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>

#include "base/random.h"
#include "core/identity/identity.h"

namespace xinglin::identity {

class IdentityTest : public testing::Test {
protected:
  IdentityTest() {
    folder_ =
        std::filesystem::temp_directory_path() /
        ("identity-" + new_uuid(unique_) + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    store_ = std::move(*sql::Store::open((folder_ / "db").string()));
    audit_ = std::move(*trust::AuditLog::open(*store_, clock_, folder_.string()));
    journal_ = std::make_unique<journal::Journal>(*store_, clock_, metrics_);
    record_ = std::make_unique<record::Record>(*store_, clock_, random_, *audit_, *journal_);
    identity_ = std::make_unique<Identity>(*record_, clock_, *audit_, *journal_);
  }
  ~IdentityTest() override {
    identity_.reset();
    record_.reset();
    journal_.reset();
    audit_.reset();
    store_.reset();
    std::error_code code;
    std::filesystem::remove_all(folder_, code);
  }

  static json::object patient(std::string_view family, const std::vector<Identifier>& identifiers) {
    json::array list;
    for (const Identifier& id : identifiers)
      list.push_back(json::object{{"system", id.system}, {"value", id.value}});
    return {{"resourceType", "Patient"},
            {"identifier", std::move(list)},
            {"active", true},
            {"name", json::array{json::object{{"family", family}}}},
            {"birthDate", "1970-01-02"}};
  }
  Result<Resolved> resolve(const std::vector<Identifier>& identifiers, json::object who,
                           Identity::Demographics demographics = Identity::Demographics::Update) {
    return store_->write_for<Resolved>(
        [&](sql::Tx& tx) { return identity_->resolve(tx, sender_, identifiers, who, demographics); });
  }
  PatientId make(std::string_view family, const std::vector<Identifier>& identifiers) {
    const auto r = resolve(identifiers, patient(family, identifiers));
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message());
    return r.ok() ? r->patient : PatientId();
  }
  record::Resource read(std::string_view type, std::string_view id) {
    auto r = record_->read_now(system_, type, id);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message());
    return r.ok() ? std::move(*r) : record::Resource{};
  }
  json::object content(std::string_view type, std::string_view id) {
    auto parsed = read(type, id).parsed();
    EXPECT_TRUE(parsed.ok());
    if (!parsed.ok()) return {};
    parsed->erase("meta");
    return std::move(*parsed);
  }
  std::optional<PatientId> find(const std::vector<Identifier>& identifiers) {
    auto r = store_->read([&](sql::Session& s) { return identity_->find(s, identifiers); });
    EXPECT_TRUE(r.ok());
    return r.ok() ? *r : std::nullopt;
  }
  Result<int64_t> merge(const PatientId& survivor, const PatientId& merged) {
    return store_->write_for<int64_t>(
        [&](sql::Tx& tx) { return identity_->merge(tx, sender_, survivor, merged); });
  }
  Result<void> undo(int64_t merge_id) {
    return store_->write([&](sql::Tx& tx) { return identity_->undo_merge(tx, system_, merge_id); });
  }
  std::string observe(const PatientId& who, json::object more = {}) {
    json::object o{{"resourceType", "Observation"},
                   {"status", "final"},
                   {"code", json::object{{"text", "x"}}},
                   {"subject", json::object{{"reference", "Patient/" + who.str()}}}};
    for (auto& [key, value] : more) o[key] = value;
    IssueSink issues;
    auto r = record_->create_now(system_, std::move(o), issues);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message());
    return r.ok() ? r->id : "";
  }
  std::vector<std::string> events() {
    std::vector<std::string> out;
    const auto all = journal_->events_after(0, 1000);
    if (all.ok())
      for (const journal::Event& e : *all) out.push_back(e.type);
    return out;
  }

  SystemRandom unique_;
  SeededRandom random_{7};
  ManualClock clock_{from_civil({2026, 1, 2, 3, 4, 5, 0})};
  Metrics metrics_;
  std::filesystem::path folder_;
  std::unique_ptr<sql::Store> store_;
  std::unique_ptr<trust::AuditLog> audit_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<record::Record> record_;
  std::unique_ptr<Identity> identity_;
  trust::Access sender_ = trust::Access::sender("mllp", "HIS");
  trust::Access system_ = trust::Access::system("test");
};

}  // namespace xinglin::identity
