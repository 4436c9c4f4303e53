#include "core/inference/detail/findings_json.h"

#include <gtest/gtest.h>

namespace xinglin::inference::detail {
namespace {

TEST(FindingsJson, WhatIsWrittenIsReadBackEqual) {
  Findings f;
  Finding number;
  number.code = {"http://loinc.org", "8867-4", "Heart rate"};
  number.value = 71.5;
  number.unit = "/min";
  number.comparator = ">=";
  number.reference = Interval{60, 100};
  number.flag = "N";
  number.confidence = 0.75;
  number.method = "median";
  Finding words;
  words.value = std::string("irregular");
  Finding code;
  code.value = Code{"s", "c", "d"};
  Finding unknown;
  unknown.state = FindingState::CannotTell;
  unknown.reason = "noise";
  Finding absent;
  absent.state = FindingState::Absent;
  number.components = {words, unknown};
  f.items = {number, code, absent};
  f.summary_en = "a";
  f.summary_zh = "甲";
  f.flag = "A";
  f.risk = Risk{{"o", "o", "o"}, {"q", "q", "q"}, "why", "因"};
  f.escalation = Escalation{"stat", "go", "去", "Ward 1", 60};
  f.evidence = {{"x", json::array{1, 2.5}}};
  f.publish = false;
  const json::object written = to_json(f);
  const json::object stored = json::parse(json::serialize(written)).value().as_object();
  const Findings back = findings_from_json(stored);
  EXPECT_EQ(json::serialize(to_json(back)), json::serialize(written));
  EXPECT_EQ(std::get<double>(back.items[0].value), 71.5);
  EXPECT_EQ(back.items[0].components[1].reason, "noise");
  EXPECT_EQ(std::get<Code>(back.items[1].value).code, "c");
  EXPECT_EQ(back.items[2].state, FindingState::Absent);
  EXPECT_EQ(back.escalation->due_us, 60);
  EXPECT_FALSE(back.publish);
}

}  // namespace
}  // namespace xinglin::inference::detail
