#include "service/bulk/bulk.h"

#include "edge/web/tests/world.h"

namespace xinglin::web {
namespace {

using trust::Role;

TEST(BulkRoutesTest, WithoutBulkJobsTheListIsEmptyAndNothingCanBeEnded) {
  World world;
  Browser engineer = world.signed_in(Role::Integration);
  EXPECT_EQ(document(engineer.get("/api/system/bulk")).at("items").as_array().size(), 0u);
  EXPECT_EQ(engineer.post("/api/system/bulk/none/cancel").status, 404);
}

TEST(BulkRoutesTest, CliniciansDoNotSeeThem) {
  World world;
  EXPECT_EQ(world.signed_in(Role::Clinician).get("/api/system/bulk").status, 403);
  EXPECT_EQ(world.signed_in(Role::Auditor).post("/api/system/bulk/x/cancel").status, 403);
}

}  // namespace
}  // namespace xinglin::web
