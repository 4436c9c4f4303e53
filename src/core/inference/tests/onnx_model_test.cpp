#include "core/inference/onnx_model.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/digest.h"
#include "core/inference/tests/onnx_writer.h"

namespace xinglin::inference {
namespace {

class OnnxModelTest : public ::testing::Test {
protected:
  void SetUp() override {
    path_ = std::string(::testing::TempDir()) + "/xl_" +
            ::testing::UnitTest::GetInstance()->current_test_info()->name() + ".onnx";
  }
  void TearDown() override { std::filesystem::remove(path_); }
  Result<OnnxModel> load(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return OnnxModel::load(path_, to_hex(sha256(bytes)));
  }
  const std::string network_ = testing_onnx::small_network();
  std::string path_;
};

// By hand: row 1: 1*1 + 2*2 - 3*3 + 0.25 = -3.75 -> 0; -1*1 + 0.5*2 + 4*3 - 10 = 2.
//          row 2: 1*4 + 2*0 - 3*1 + 0.25 = 1.25;        -1*4 + 0.5*0 + 4*1 - 10 = -10 -> 0.
TEST_F(OnnxModelTest, GivesTheExactAnswers) {
  const OnnxModel model = load(network_).value();
  EXPECT_EQ(model.input_names(), std::vector<std::string>{"X"});
  EXPECT_EQ(model.output_names(), std::vector<std::string>{"Y"});
  const Tensor x{"X", {2, 3}, {1, 2, 3, 4, 0, 1}};
  for (int i = 0; i < 3; ++i) {
    const std::vector<Tensor> out = model.run({&x, 1}).value();
    ASSERT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].name, "Y");
    EXPECT_EQ(out[0].shape, (std::vector<int64_t>{2, 2}));
    EXPECT_EQ(out[0].values, (std::vector<float>{0, 2, 1.25F, 0}));
  }
}

TEST_F(OnnxModelTest, RefusesAFileThatIsNotTheOneNamed) {
  std::ofstream(path_, std::ios::binary) << network_;
  EXPECT_TRUE(OnnxModel::load(path_, to_hex(sha256("another"))).error().is(kModelDigest));
  EXPECT_TRUE(OnnxModel::load(path_ + ".none", to_hex(sha256(network_))).error().is(kModelDigest));
}

TEST_F(OnnxModelTest, RefusesADamagedFileWhoseDigestIsRight) {
  EXPECT_TRUE(load(network_.substr(0, network_.size() / 2)).error().is(kBadModel));
  EXPECT_TRUE(load("this is no model").error().is(kBadModel));
  EXPECT_TRUE(load("").error().is(kBadModel));
}

TEST_F(OnnxModelTest, RefusesInputsThatDoNotFit) {
  const OnnxModel model = load(network_).value();
  const auto refused = [&](std::vector<Tensor> inputs) { return model.run(inputs).error().is(kModelRun); };
  EXPECT_TRUE(refused({}));
  EXPECT_TRUE(refused({{"Z", {2, 3}, {1, 2, 3, 4, 5, 6}}}));
  EXPECT_TRUE(refused({{"X", {2, 3}, {1, 2, 3}}}));
  EXPECT_TRUE(refused({{"X", {3, 2}, {1, 2, 3, 4, 5, 6}}}));
  EXPECT_TRUE(refused({{"X", {-2, -3}, {1, 2, 3, 4, 5, 6}}}));
  EXPECT_TRUE(refused({{"X", {2, 3}, {1, 2, 3, 4, 5, 6}}, {"Z", {1}, {1}}}));
}

}  // namespace
}  // namespace xinglin::inference
