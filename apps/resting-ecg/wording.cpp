#include "apps/resting-ecg/wording.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace xinglin::resting_ecg {

namespace {

enum class Language { English, Chinese };

std::string whole_number(double value) {
  return std::to_string(std::lround(value));
}

std::string_view regularity_zh(Regularity regularity) {
  constexpr std::array<std::string_view, 6> kWords = {
      "无法判断", "规则", "规则，偶被提前或形态不同的搏动打断", "规律性不齐", "不齐", "绝对不齐"};
  return kWords[static_cast<size_t>(regularity)];
}

// Why nothing was measured: the few sentences of analysis.cpp.
std::string problem_zh(const std::string& problem) {
  if (problem == "no lead is usable") return "无可用导联";
  if (problem == "no repeating QRS complexes were found") return "未发现重复出现的 QRS 波群";
  return "无法勾画 QRS 波群";
}

std::string interval(std::string_view name, const Measure& measure, Language language) {
  std::string out(name);
  if (measure.known()) return out + " " + whole_number(*measure.value) + " ms";
  return out + (language == Language::English ? " cannot tell" : " 无法判断");
}

std::string noise_note(const Analysis& analysis, Language language) {
  if (analysis.rhythm.uncertain_beats == 0) return {};
  return language == Language::English ? "; part of the strip is noise and was left out"
                                       : "；部分波形为噪声，未计入";
}

std::string leads_note(const Analysis& analysis, Language language) {
  const auto unusable =
      static_cast<size_t>(std::count_if(analysis.quality.begin(), analysis.quality.end(),
                                        [](const LeadQuality& quality) { return !quality.usable(); }));
  const size_t missing = analysis.missing_leads.size() + unusable;
  if (missing == 0) return {};
  const std::string count = std::to_string(missing);
  return language == Language::English ? "; " + count + " leads missing or unusable"
                                       : "；" + count + " 个导联缺失或不可用";
}

}  // namespace

std::string summary_en(const Analysis& analysis) {
  if (!analysis.problem.empty())
    return "Not measured: " + analysis.problem + ". Look at the tracing" +
           leads_note(analysis, Language::English) + ".";
  std::string out = analysis.rhythm.heart_rate.known()
                        ? "Rate " + whole_number(*analysis.rhythm.heart_rate.value) + "/min"
                        : std::string("Rate cannot tell");
  out += ", rhythm " + std::string(describe(analysis.rhythm.regularity));
  out += ", P waves " + std::string(describe(analysis.p_waves));
  if (analysis.pacing_spikes > 0) out += ", pacing spikes";
  if (analysis.p_waves != PWaves::Absent) out += ", " + interval("PR", analysis.pr_ms, Language::English);
  out += ", " + interval("QRS", analysis.qrs_ms, Language::English);
  out += ", " + interval("QT", analysis.qt_ms, Language::English);
  out += ", " + interval("QTcF", analysis.qtc_fridericia_ms, Language::English);
  return out + noise_note(analysis, Language::English) + leads_note(analysis, Language::English) +
         ". Measurements, not a diagnosis.";
}

std::string summary_zh(const Analysis& analysis) {
  if (!analysis.problem.empty())
    return "未能测量：" + problem_zh(analysis.problem) + "，请查看波形" +
           leads_note(analysis, Language::Chinese) + "。";
  std::string out = analysis.rhythm.heart_rate.known()
                        ? "心率 " + whole_number(*analysis.rhythm.heart_rate.value) + " 次/分"
                        : std::string("心率无法判断");
  out += "，节律" + std::string(regularity_zh(analysis.rhythm.regularity));
  out += analysis.p_waves == PWaves::Present  ? "，有 P 波"
         : analysis.p_waves == PWaves::Absent ? "，未见 P 波"
                                              : "，P 波无法判断";
  if (analysis.pacing_spikes > 0) out += "，有起搏脉冲";
  if (analysis.p_waves != PWaves::Absent) out += "，" + interval("PR", analysis.pr_ms, Language::Chinese);
  out += "，" + interval("QRS", analysis.qrs_ms, Language::Chinese);
  out += "，" + interval("QT", analysis.qt_ms, Language::Chinese);
  out += "，" + interval("QTcF", analysis.qtc_fridericia_ms, Language::Chinese);
  return out + noise_note(analysis, Language::Chinese) + leads_note(analysis, Language::Chinese) +
         "。仅为测量值，不是诊断。";
}

}  // namespace xinglin::resting_ecg
