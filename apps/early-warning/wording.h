// The sentences of the early-warning application in English and Chinese: summary, rationale, escalation and
// reasons. Responses follow the clinical response bands of NEWS2 (Royal College of Physicians 2017), in our
// own words; a ward's own protocol goes first. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "apps/early-warning/inputs.h"
#include "apps/early-warning/news2.h"

namespace xinglin::early_warning {

struct Text {
  std::string en, zh;
};

enum class Trend { Unknown, Up, Down, Steady };
std::string_view to_string(Trend trend);  // "up", "down", "steady", "" when unknown

Text name_of(Parameter parameter);
Text name_of(Band band);
Text reason(Missing missing);
// "NEWS2 7, high (rising)"; "NEWS2 at least 5, medium; missing: ..."; "NEWS2 cannot be given; missing: ...".
Text summary(const Score& score, const Inputs& inputs, Trend trend);
// Which parameters score, and how much.
Text rationale(const Score& score, const Inputs& inputs);
// What somebody should do now; only for bands above Low.
Text escalation(Band band, const Score& score, const Inputs& inputs);

}  // namespace xinglin::early_warning
