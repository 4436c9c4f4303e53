// The archive over the API: the list, one study, receipts that can be proved.
#include "base/digest.h"
#include "codec/dicom/data_set.h"
#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

class StudyApi : public testing::Test {
protected:
  void SetUp() override {
    patient_ = world_.house.admit("Berg", "Anna", "", "10001", "3W", "1");
    sop_ = world_.house.store_ecg(patient_);
    clinician_ = std::make_unique<Browser>(world_.signed_in(Role::Clinician));
  }
  json::object get(const std::string& target) { return document(clinician_->get(target)); }

  World world_;
  std::string patient_, sop_;
  std::unique_ptr<Browser> clinician_;
};

TEST_F(StudyApi, TheListIsFilteredByTheServer) {
  const json::object all = get("/api/studies");
  EXPECT_EQ(at(all, "items.0.patient.name"), "Berg, Anna") << json::serialize(all);
  EXPECT_EQ(at(all, "items.0.in_images.name"), "Test, Ecg");
  EXPECT_EQ(at(all, "items.0.modalities"), R"(["ECG"])");
  EXPECT_EQ(at(all, "items.0.date"), "2026-11-18");
  EXPECT_EQ(at(all, "items.0.instances"), "1");
  EXPECT_EQ(at(all, "next"), "null");
  for (const char* hit :
       {"name=test", "name=test%20ecg", "patient_id=E1", "from=2026-11-18&to=20261118", "modality=ECG"})
    EXPECT_NE(at(get(std::string("/api/studies?") + hit), "items.0.uid"), "") << hit;
  for (const char* miss :
       {"name=berg", "patient_id=E2", "to=2026-11-17", "modality=CT", "accession=1", "description=x"})
    EXPECT_EQ(at(get(std::string("/api/studies?") + miss), "items"), "[]") << miss;
}

TEST_F(StudyApi, ABadFilterIsRefused) {
  for (const char* bad : {"from=tomorrow", "to=2026-13", "limit=0", "cursor=x", "name=a%5Cb"})
    EXPECT_EQ(clinician_->get(std::string("/api/studies?") + bad).status, 400) << bad;
}

TEST_F(StudyApi, AStudyHasSeriesAndReceipts) {
  const std::string uid = at(get("/api/studies"), "items.0.uid");
  const json::object study = get("/api/studies/" + uid);
  EXPECT_EQ(at(study, "series.0.modality"), "ECG");
  EXPECT_EQ(at(study, "series.0.first_sop"), sop_);
  EXPECT_EQ(at(study, "series.0.picture"), "false");
  EXPECT_EQ(at(study, "results"), "[]");
  const std::string base = "/api/studies/" + uid + "/instances?series=";
  const json::object page = get(base + at(study, "series.0.uid"));
  EXPECT_EQ(at(page, "items.0.sop"), sop_);
  EXPECT_EQ(at(page, "items.0.sender"), "dimse:TEST@127.0.0.1");
  EXPECT_EQ(at(page, "items.0.damage"), "null");
  EXPECT_EQ(at(page, "items.0.sha256").size(), 64U);
  EXPECT_EQ(clinician_->get(base + "1.2.3").status, 404);
  EXPECT_EQ(clinician_->get(base).status, 404);
  EXPECT_EQ(clinician_->get(base + at(study, "series.0.uid") + "&cursor=-1").status, 400);
  EXPECT_EQ(clinician_->get("/api/studies/1.2.3").status, 404);
}

TEST_F(StudyApi, AClinicianRejectsAndRestores) {
  const std::string uid = at(get("/api/studies"), "items.0.uid"), base = "/api/studies/" + uid;
  EXPECT_EQ(at(get(base), "state"), "received");
  EXPECT_EQ(clinician_->post(base + "/reject", {{"reason", ""}}).status, 400) << "why?";
  EXPECT_EQ(clinician_->post(base + "/reject", {{"reason", "wrong patient"}}).status, 204);
  EXPECT_EQ(clinician_->post(base + "/reject", {{"reason", "again"}}).status, 409);
  EXPECT_EQ(at(get("/api/studies"), "items"), "[]");
  EXPECT_EQ(at(get("/api/studies?state=rejected"), "items.0.rejected"), "true");
  const json::object rejected = get(base);
  EXPECT_EQ(at(rejected, "history.0.act"), "rejected");
  EXPECT_EQ(at(rejected, "history.0.why"), "wrong patient");
  EXPECT_EQ(at(rejected, "history.0.who"), "user:test-clinician");
  EXPECT_EQ(clinician_->post(base + "/restore", {{"reason", "it was right"}}).status, 204);
  EXPECT_EQ(clinician_->post(base + "/complete", {{"reason", "all here"}}).status, 204);
  EXPECT_EQ(at(get("/api/studies?state=complete"), "items.0.state"), "complete");
  EXPECT_EQ(clinician_->get("/api/studies?state=lost").status, 400);
  EXPECT_EQ(clinician_->post("/api/studies/1.2.3/reject", {{"reason", "x"}}).status, 404);
}

TEST_F(StudyApi, AnAdministratorDeletesByUidAndTakesItBack) {
  const std::string uid = at(get("/api/studies"), "items.0.uid"), base = "/api/studies/" + uid;
  EXPECT_EQ(at(get(base), "kept_until").size(), 10U);
  EXPECT_EQ(at(get(base), "hold"), "null");
  Browser administrator = world_.signed_in(Role::Administrator);
  const json::object what{{"study", uid}, {"reason", "its time is over"}};
  EXPECT_EQ(administrator.post("/api/deletions", {{"study", uid}}).status, 400) << "why?";
  EXPECT_EQ(administrator.post(base + "/hold", {{"reason", "a court asks"}}).status, 204);
  EXPECT_EQ(at(get(base), "hold.why"), "a court asks");
  const auto refused = administrator.post("/api/deletions", what);
  EXPECT_EQ(std::to_string(refused.status) + at(document(refused), "code"), "409archive.held");
  EXPECT_EQ(administrator.post(base + "/release", {{"reason", "closed"}}).status, 204);
  EXPECT_EQ(administrator.post("/api/deletions", what).status, 200);
  EXPECT_EQ(at(get("/api/studies"), "items"), "[]");
  EXPECT_EQ(at(get("/api/studies?state=deleted"), "items.0.deleted"), "true");
  EXPECT_EQ(at(get(base), "history.0.act"), "deleted");
  EXPECT_NE(at(get("/api/instances/" + sop_ + "/receipt"), "deleted_at"), "null");
  const json::object row = document(administrator.get("/api/deletions"));
  EXPECT_EQ(at(row, "items.0.study"), uid);
  const std::string recover = "/api/deletions/" + at(row, "items.0.id") + "/recover";
  EXPECT_EQ(administrator.post(recover, {{"reason", "still needed"}}).status, 204);
  EXPECT_EQ(administrator.post(recover, {{"reason", "again"}}).status, 409);
  EXPECT_EQ(at(get("/api/studies"), "items.0.uid"), uid);
}

// What the image viewer saves for a clinician: derived objects of a study that is there, and nothing else.
TEST_F(StudyApi, AClinicianStoresDerivedObjectsOnly) {
  const std::string study = at(get("/api/studies"), "items.0.uid");
  const auto clinician = world_.house.authenticator->from_token(world_.token(Role::Clinician));
  const auto nurse = world_.house.authenticator->from_token(world_.token(Role::Nurse));
  const auto store = [&](const trust::Access& who, const char* sop_class, const std::string& in) {
    dicom::DataSet object;
    object.set_text({0x0008, 0x0016}, "UI", sop_class);
    object.set_text({0x0008, 0x0018}, "UI", new_dicom_uid(world_.random));
    object.set_text({0x0008, 0x0060}, "CS", "SR");
    object.set_text({0x0010, 0x0020}, "LO", "E1");
    object.set_text({0x0020, 0x000D}, "UI", in);
    object.set_text({0x0020, 0x000E}, "UI", "2.25.77");
    const auto file = dicom::write_file(object);
    archive::Incoming incoming;
    incoming.data_set = file;
    const auto done = world_.house.archive->store(who, incoming);
    return done.ok() ? std::string() : std::string(done.error().code().name);
  };
  constexpr const char *kReport = "1.2.840.10008.5.1.4.1.1.88.33",
                       *kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4", *kCt = "1.2.840.10008.5.1.4.1.1.2",
                       *kRaw = "1.2.840.10008.5.1.4.1.1.66";
  EXPECT_EQ(store(*clinician, kReport, study), "");
  EXPECT_EQ(store(*clinician, kSegmentation, study), "");
  EXPECT_EQ(store(*clinician, kCt, study), "trust.not-allowed");
  EXPECT_EQ(store(*clinician, kRaw, study), "trust.not-allowed");
  EXPECT_EQ(store(*clinician, kReport, "2.25.404"), "trust.not-allowed");
  EXPECT_EQ(store(*nurse, kReport, study), "trust.not-allowed");
}

// RFC 6962 2.1.1: the root follows from the leaf and the path.
TEST_F(StudyApi, AReceiptIsProvedBySignedRoot) {
  EXPECT_EQ(at(get("/api/instances/" + sop_ + "/receipt"), "proof"), "null") << "nothing is signed yet";
  ASSERT_TRUE(world_.house.audit->flush().ok());
  ASSERT_TRUE(world_.house.audit->sign_checkpoint().ok());
  const json::object receipt = get("/api/instances/" + sop_ + "/receipt");
  std::vector<std::string> path;
  for (const json::value& one : *json::find_array(*json::find_object(receipt, "proof"), "path"))
    path.emplace_back(one.as_string());
  uint64_t index = std::stoull(at(receipt, "audit_leaf")), last = std::stoull(at(receipt, "proof.size")) - 1;
  const auto bytes = [](const std::string& hex) { return *from_hex(hex); };
  std::vector<uint8_t> hash = bytes(at(receipt, "proof.leaf_hash"));
  for (const std::string& one : path) {
    const std::vector<uint8_t> sibling = bytes(one);
    while ((index & 1U) == 0 && index == last && last != 0) index >>= 1, last >>= 1;
    std::vector<uint8_t> node{1};
    const bool right = (index & 1U) == 1;
    node.insert(node.end(), right ? sibling.begin() : hash.begin(), right ? sibling.end() : hash.end());
    node.insert(node.end(), right ? hash.begin() : sibling.begin(), right ? hash.end() : sibling.end());
    const Digest digest = sha256(node);
    hash.assign(digest.begin(), digest.end());
    index >>= 1;
    last >>= 1;
  }
  EXPECT_EQ(to_hex(hash), at(receipt, "proof.root"));
}

TEST_F(StudyApi, OnlyThoseWhoSeePatientsSeeStudies) {
  Browser engineer = world_.signed_in(Role::Integration);
  const std::string uid = at(get("/api/studies"), "items.0.uid");
  for (const std::string& target :
       {std::string("/api/studies"), "/api/studies/" + uid, "/api/studies/" + uid + "/instances?series=1"})
    EXPECT_EQ(engineer.get(target).status, 403) << target;
}

}  // namespace
}  // namespace xinglin::web
