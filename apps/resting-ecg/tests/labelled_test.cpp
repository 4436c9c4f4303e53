// Floors for the development scores on labelled recordings, a little below what card.md reports, and the
// reader of the annotation form itself. Without the recordings the scores are skipped.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "apps/resting-ecg/eval/scores.h"
#include "apps/resting-ecg/eval/wfdb.h"

namespace xinglin::resting_ecg::eval {
namespace {

std::filesystem::path shared(std::string_view below) {
  const char* root = std::getenv("XL_SHARED_DATA");
  return std::filesystem::path(root != nullptr ? root : XL_SOURCE_DIR "/../shared/data") / below;
}

TEST(Labelled, MatchingIsOneToOne) {
  const Counts counts = match("x", {1.0, 2.0, 3.0}, {1.02, 1.98, 2.05, 3.6}, 0.15);
  EXPECT_EQ(counts.matched, 2);
  EXPECT_EQ(counts.missed, 1);
  EXPECT_EQ(counts.extra, 2);
  const Counts nearest = match("x", {2.0}, {1.9, 2.01}, 0.15);
  EXPECT_EQ(nearest.matched, 1);
  EXPECT_EQ(nearest.extra, 1);
}

// Bytes laid out by hand from annot(5): a normal beat at 10, SKIP of 70000, a PVC 5 later, with an AUX text.
TEST(Labelled, AnnotationForm) {
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "resting_ecg_marks.atr";
  const unsigned char bytes[] = {10,   0x04, 0x00, 0xec, 0x01, 0x00, 0x70, 0x11, 5,
                                 0x14, 0x03, 0xfc, '(',  'N',  0,    0,    0,    0};
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes), sizeof bytes);
  const auto marks = read_marks(path);
  std::filesystem::remove(path);
  ASSERT_TRUE(marks.ok());
  ASSERT_EQ(marks->size(), 2u);
  EXPECT_EQ((*marks)[0].sample, 10);
  EXPECT_EQ((*marks)[0].code, 1);
  EXPECT_EQ((*marks)[1].sample, 10 + 70'000 + 5);
  EXPECT_EQ((*marks)[1].code, 5);
  EXPECT_EQ((*marks)[1].text.substr(0, 2), "(N");
}

TEST(Labelled, LudbFloors) {
  const auto folder = shared("ecg/ludb/data");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "LUDB is not on this machine";
  const auto scores = score_ludb(folder);
  ASSERT_TRUE(scores.ok()) << scores.error().message();
  EXPECT_GE(sensitivity(scores->qrs).value, 99.5);
  EXPECT_GE(positive_predictivity(scores->qrs).value, 99.5);
  // IEC 60601-2-25 limits for biological ECGs, mean and SD: PQ 10/10, QRS 10/10, QT 25/30 ms.
  const Spread pr = spread(scores->pr), qrs = spread(scores->qrs_duration), qt = spread(scores->qt);
  EXPECT_GE(pr.n, 80u);
  EXPECT_GE(qrs.n, 95u);
  EXPECT_GE(qt.n, 90u);
  EXPECT_LE(std::abs(pr.mean.value), 8);
  EXPECT_LE(pr.sd.value, 10);
  EXPECT_LE(std::abs(qrs.mean.value), 5);
  EXPECT_LE(qrs.sd.value, 10);
  EXPECT_LE(std::abs(qt.mean.value), 10);
  EXPECT_LE(qt.sd.value, 16);
  EXPECT_LE(scores->p_absent_wrong, 3u);
  EXPECT_LE(scores->p_present_missed, 1u);
}

TEST(Labelled, MitBihFloors) {
  const auto folder = shared("ecg/mitdb");
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the MIT-BIH records are not on this machine";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
  constexpr size_t kEvery = 6;  // half an hour of signal a record takes long without optimisation
#else
  constexpr size_t kEvery = 1;
#endif
  const auto counts = score_mitdb(folder, kEvery);
  ASSERT_TRUE(counts.ok()) << counts.error().message();
  EXPECT_GE(sensitivity(*counts).value, 99.7);
  EXPECT_GE(positive_predictivity(*counts).value, 99.7);
}

}  // namespace
}  // namespace xinglin::resting_ecg::eval
