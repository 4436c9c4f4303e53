#include "service/subscription/topics.h"

#include "core/record/record.h"

namespace xinglin::subscription {
namespace {

constexpr Topic kTopics[] = {
    {"encounter-admitted", "Encounter", "Patient admitted",
     "An encounter begins: its status becomes arrived, triaged or in-progress", true, true, false, "status",
     "arrived,triaged,in-progress"},
    {"encounter-discharged", "Encounter", "Patient discharged",
     "An encounter ends: its status becomes finished", true, true, false, "status", "finished"},
    {"observation-created", "Observation", "New observation", "An observation is recorded", true, false,
     false},
    {"result-published", "DiagnosticReport", "Result published",
     "A report can be relied on: its status becomes preliminary, final, amended, corrected or appended", true,
     true, false, "status", "preliminary,final,amended,corrected,appended"},
    {"result-corrected", "DiagnosticReport", "Result corrected",
     "A report is changed after it was final: its status becomes amended, corrected or entered-in-error",
     true, true, false, "status", "amended,corrected,entered-in-error"},
    {"study-available", "ImagingStudy", "Images available", "A study of images is known", true, false, false},
    {"order-placed", "ServiceRequest", "Order placed", "A request becomes active", true, true, false,
     "status", "active"},
    {"risk-assessed", "RiskAssessment", "Risk assessed", "An application or a person has assessed a risk",
     true, true, false},
    {"task-requested", "Task", "Task requested", "A task is waiting: its status becomes requested or ready",
     true, true, false, "status", "requested,ready"},
};

// "RiskAssessment" -> "risk-assessment"
std::string kebab(std::string_view type) {
  std::string out;
  for (const char c : type) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += '-';
    out += static_cast<char>(upper ? c - 'A' + 'a' : c);
  }
  return out;
}

}  // namespace

std::span<const Topic> topics() {
  return kTopics;
}

std::optional<Topic> find_topic(std::string_view canonical) {
  canonical = canonical.substr(0, canonical.find('|'));
  if (!canonical.starts_with(kTopicBase)) return std::nullopt;
  const std::string_view name = canonical.substr(kTopicBase.size());
  for (const Topic& topic : kTopics)
    if (topic.name == name) return topic;
  constexpr std::string_view kChanged = "-changed";
  if (!name.ends_with(kChanged)) return std::nullopt;
  for (const std::string_view type : record::Record::known_types())
    if (kebab(type) == name.substr(0, name.size() - kChanged.size()))
      return Topic{name, type, "Changed", "Created, updated or deleted", true, true, true};
  return std::nullopt;
}

std::string canonical_of(const Topic& topic) {
  return std::string(kTopicBase).append(topic.name);
}

}  // namespace xinglin::subscription
