#include "core/inference/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "core/inference/tests/manifests.h"

namespace xinglin::inference {
namespace {

using ::testing::HasSubstr;

class Quiet final : public Application {
public:
  Result<void> prepare(const Setup& setup) override {
    for (const auto& [name, path] : setup.model_files)
      if (!std::filesystem::exists(path)) return Error(errors::kIo, path);
    return {};
  }
  Result<Findings> run(const Case&, RunContext&) const override { return Findings{}; }
};

NativeApplication native(std::string_view manifest) {
  return {manifest, []() -> std::unique_ptr<Application> { return std::make_unique<Quiet>(); }};
}

class CatalogTest : public ::testing::Test {
protected:
  void SetUp() override {
    directory_ =
        std::filesystem::path(::testing::TempDir()) /
        ("xl_catalog_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    std::filesystem::create_directories(directory_ / "minimal");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }
  std::string with_model(std::string_view sha256) {
    return testing_manifests::minimal("") + "[[model]]\npath = \"net.onnx\"\nformat = \"onnx\"\nsha256 = \"" +
           std::string(sha256) + "\"\n";
  }
  std::filesystem::path directory_;
};

TEST_F(CatalogTest, FindsApplicationsById) {
  const std::string a = testing_manifests::minimal("", "a"), b = testing_manifests::minimal("", "b");
  const NativeApplication list[] = {native(a), native(b)};
  const Catalog catalog = Catalog::build(list, directory_).value();
  EXPECT_EQ(catalog.entries().size(), 2u);
  ASSERT_NE(catalog.find("b"), nullptr);
  EXPECT_EQ(catalog.find("b")->model_digest, "");
  EXPECT_EQ(catalog.find("b")->manifest_digest, to_hex(sha256(b)));
  EXPECT_EQ(catalog.find("c"), nullptr);
}

TEST_F(CatalogTest, RefusesTheSameIdTwice) {
  const std::string a = testing_manifests::minimal("", "a");
  const NativeApplication list[] = {native(a), native(a)};
  EXPECT_TRUE(Catalog::build(list, directory_).error().is(kDuplicateApplication));
}

TEST_F(CatalogTest, ChecksModelDigests) {
  std::ofstream(directory_ / "minimal" / "net.onnx") << "weights";
  const std::string right = with_model(to_hex(sha256("weights")));
  const NativeApplication good[] = {native(right)};
  EXPECT_EQ(Catalog::build(good, directory_).value().entries()[0].model_digest.size(), 64u);

  const std::string wrong = with_model(to_hex(sha256("other")));
  const NativeApplication bad[] = {native(wrong)};
  EXPECT_TRUE(Catalog::build(bad, directory_).error().is(kModelDigest));
  std::filesystem::remove(directory_ / "minimal" / "net.onnx");
  EXPECT_TRUE(Catalog::build(good, directory_).error().is(kModelDigest));
}

TEST_F(CatalogTest, NamesTheFaultsOfAllApplications) {
  const std::string a = testing_manifests::minimal("red = 1", "a"),
                    b = testing_manifests::minimal("blue = 1", "b");
  const NativeApplication list[] = {native(a), native(b)};
  const Result<Catalog> catalog = Catalog::build(list, directory_);
  ASSERT_FALSE(catalog.ok());
  EXPECT_THAT(catalog.error().message(), HasSubstr("inputs.red"));
  EXPECT_THAT(catalog.error().message(), HasSubstr("inputs.blue"));
}

}  // namespace
}  // namespace xinglin::inference
