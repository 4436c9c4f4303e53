#include "apps/early-warning/wording.h"

#include <cmath>

#include "base/result.h"

namespace xinglin::early_warning {
namespace {

// 37.5 as "37.5", 26.0 as "26".
std::string number(double value) {
  const double tenths = std::round(value * 10) / 10;
  std::string text = std::to_string(tenths);
  text.erase(text.find('.') + 2);
  if (text.ends_with(".0")) text.erase(text.size() - 2);
  return text;
}

Text level(Consciousness c) {
  switch (c) {
    case Consciousness::Alert:
      return {"alert", "清醒"};
    case Consciousness::NewConfusion:
      return {"new confusion", "新发意识模糊"};
    case Consciousness::Voice:
      return {"responds to voice", "对声音有反应"};
    case Consciousness::Pain:
      return {"responds to pain", "对疼痛有反应"};
    case Consciousness::Unresponsive:
      return {"unresponsive", "无反应"};
  }
  return {};
}

Text value_of(Parameter p, const Inputs& inputs) {
  if (p == Parameter::Consciousness && inputs.vitals.consciousness)
    return level(*inputs.vitals.consciousness);
  if (p == Parameter::Oxygen && inputs.vitals.breathing)
    return *inputs.vitals.breathing == Breathing::Air ? Text{"air", "空气"} : Text{"oxygen", "吸氧"};
  const std::string n = number(inputs.reading(p).value);
  switch (p) {
    case Parameter::RespiratoryRate:
    case Parameter::Pulse:
      return {n + "/min", n + " 次/分"};
    case Parameter::Spo2:
      return {n + " %", n + " %"};
    case Parameter::SystolicPressure:
      return {n + " mmHg", n + " mmHg"};
    default:
      return {n + " °C", n + " °C"};
  }
}

Text missing_list(const Score& score) {
  Text out;
  for (const Parameter p : kParameters) {
    if (score.part(p)) continue;
    const Text name = name_of(p);
    out.en += (out.en.empty() ? "" : ", ") + name.en;
    out.zh += (out.zh.empty() ? "" : "、") + name.zh;
  }
  return out;
}

}  // namespace

std::string_view to_string(Trend trend) {
  switch (trend) {
    case Trend::Up:
      return "up";
    case Trend::Down:
      return "down";
    case Trend::Steady:
      return "steady";
    case Trend::Unknown:
      return "";
  }
  return "";
}

Text name_of(Parameter parameter) {
  switch (parameter) {
    case Parameter::RespiratoryRate:
      return {"respiratory rate", "呼吸频率"};
    case Parameter::Spo2:
      return {"oxygen saturation", "血氧饱和度"};
    case Parameter::Oxygen:
      return {"air or oxygen", "空气或吸氧"};
    case Parameter::SystolicPressure:
      return {"systolic blood pressure", "收缩压"};
    case Parameter::Pulse:
      return {"pulse", "脉搏"};
    case Parameter::Consciousness:
      return {"level of consciousness", "意识水平"};
    case Parameter::Temperature:
      return {"temperature", "体温"};
  }
  return {};
}

Text name_of(Band band) {
  switch (band) {
    case Band::Low:
      return {"low", "低"};
    case Band::LowMedium:
      return {"low-medium", "低-中"};
    case Band::Medium:
      return {"medium", "中"};
    case Band::High:
      return {"high", "高"};
  }
  return {};
}

Text reason(Missing missing) {
  switch (missing) {
    case Missing::NotMissing:
      return {};
    case Missing::NotRecorded:
      return {"not recorded", "未记录"};
    case Missing::TooOld:
      return {"the last value is too old", "最近一次数值已过期"};
    case Missing::NotUnderstood:
      return {"the unit or wording is not understood", "单位或用语无法识别"};
    case Missing::Implausible:
      return {"the value is not plausible", "数值不合理"};
    case Missing::NeedsOxygen:
      return {"on scale 2 this value needs to be known on air or oxygen", "使用量表 2 时须知道是否吸氧"};
  }
  return {};
}

Text summary(const Score& score, const Inputs& /*inputs*/, Trend trend) {
  const auto band = score.band();
  const Text gone = missing_list(score);
  if (!band) return {"NEWS2 cannot be given; missing: " + gone.en, "无法给出 NEWS2；缺少：" + gone.zh};
  const std::string total = std::to_string(score.lower_bound());
  const Text word = name_of(*band);
  Text out;
  if (score.complete()) {
    out = {"NEWS2 " + total + ", " + word.en + " risk", "NEWS2 " + total + " 分，" + word.zh + "风险"};
  } else {
    out = {"NEWS2 at least " + total + ", " + word.en + " risk or more",
           "NEWS2 至少 " + total + " 分，风险至少为" + word.zh};
  }
  if (trend == Trend::Up) out.en += ", rising", out.zh += "，上升";
  if (trend == Trend::Down) out.en += ", falling", out.zh += "，下降";
  if (trend == Trend::Steady) out.en += ", steady", out.zh += "，平稳";
  if (!score.complete()) out.en += "; missing: " + gone.en, out.zh += "；缺少：" + gone.zh;
  return out;
}

Text rationale(const Score& score, const Inputs& inputs) {
  Text out;
  for (const Parameter p : kParameters) {
    const auto part = score.part(p);
    if (part.value_or(0) == 0) continue;
    const Text name = name_of(p), value = value_of(p, inputs);
    const std::string points = std::to_string(*part);
    out.en += (out.en.empty() ? "" : "; ") + name.en + " " + value.en + " scores " + points;
    out.zh += (out.zh.empty() ? "" : "；") + name.zh + " " + value.zh + " 计 " + points + " 分";
  }
  if (out.en.empty()) out = {"no known parameter scores", "已知参数均不计分"};
  const Text gone = missing_list(score);
  if (!gone.en.empty()) out.en += "; not known: " + gone.en, out.zh += "；未知：" + gone.zh;
  if (inputs.vitals.scale == Spo2Scale::Two)
    out.en += "; SpO2 scale 2 by clinical decision", out.zh += "；按临床决定使用 SpO2 量表 2";
  return out;
}

Text escalation(Band band, const Score& score, const Inputs& inputs) {
  const Text why = rationale(score, inputs);
  const Text head = summary(score, inputs, Trend::Unknown);
  Text act;
  switch (band) {
    case Band::Low:
      XL_ASSERT(false);
      break;
    case Band::LowMedium:
      act = {
          "A single parameter scores 3. Observe at least every hour. The registered nurse tells the medical "
          "team, "
          "who review urgently on the ward and decide whether to escalate.",
          "单项参数计 3 "
          "分。至少每小时观察一次。责任护士通知医疗团队，由其在病区紧急评估并决定是否升级处置。"};
      break;
    case Band::Medium:
      act = {
          "Urgent response. Observe at least every hour. The registered nurse tells the medical team at "
          "once; a "
          "clinician competent in acute illness assesses the patient urgently, within one hour, where "
          "monitoring "
          "is possible.",
          "紧急响应。至少每小时观察一次。责任护士立即通知医疗团队；由具备急症处置能力的医生在一小时内紧急评估"
          "，"
          "并在具备监护条件的环境中照护。"};
      break;
    case Band::High:
      act = {
          "Emergency response. Monitor vital signs continuously. The registered nurse calls the senior "
          "medical team "
          "at once; a team with critical care and airway skills assesses the patient within 30 minutes; "
          "consider "
          "moving to a higher-dependency bed.",
          "紧急抢救响应。持续监测生命体征。责任护士立即呼叫上级医疗团队；由具备重症与气道管理能力的团队在 30 "
          "分钟内"
          "评估；考虑转入高依赖病房或重症监护。"};
      break;
  }
  return {
      head.en + ". " + act.en + " (" + why.en + ". Response bands: NEWS2, Royal College of Physicians 2017.)",
      head.zh + "。" + act.zh + "（" + why.zh + "。响应分级：NEWS2，英国皇家内科医师学会 2017。）"};
}

}  // namespace xinglin::early_warning
