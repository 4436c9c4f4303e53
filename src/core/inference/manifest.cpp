#include "core/inference/manifest.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/inference/detail/toml_section.h"

namespace xinglin::inference {
namespace {

using detail::Faults;
using detail::Need;
using detail::Section;

bool is_slug(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// major.minor.patch
bool is_version(std::string_view text) {
  int parts = 1, digits = 0;
  for (const char c : text) {
    if (c == '.' && digits > 0) {
      ++parts;
      digits = 0;
    } else if (c >= '0' && c <= '9' && digits < 6) {
      ++digits;
    } else {
      return false;
    }
  }
  return parts == 3 && digits > 0;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

// Stays inside the application's folder.
bool is_safe_path(std::string_view path) {
  return !path.empty() && path.front() != '/' && path.find("..") == std::string_view::npos &&
         path.find('\\') == std::string_view::npos;
}

Bilingual read_bilingual(Section& parent, std::string_view key, Faults& faults) {
  const toml::table* table = parent.table(key, Need::Required);
  if (!table) return {};
  Section section(*table, parent.path() + "." + std::string(key), faults);
  return {section.text("en", Need::Required), section.text("zh", Need::Required)};
}

void read_application(Section& root, Manifest& manifest, Faults& faults) {
  const toml::table* table = root.table("application", Need::Required);
  if (!table) return;
  Section section(*table, "application", faults);
  const std::string id = section.text("id", Need::Required);
  if (!id.empty() && !is_slug(id)) section.fault("id", "'application.id' may hold a-z, 0-9 and '-' only");
  manifest.id = ApplicationId(id);
  manifest.version = section.text("version", Need::Required);
  if (!manifest.version.empty() && !is_version(manifest.version))
    section.fault("version", "'application.version' must have the form 1.2.3");
  const std::string kind = section.text("kind", Need::Required);
  if (!kind.empty() && kind != "native") section.fault("kind", "'application.kind' must be \"native\"");
  manifest.name = read_bilingual(section, "name", faults);
  manifest.intended_use = read_bilingual(section, "intended_use", faults);
}

Trigger read_trigger(const toml::table& table, Faults& faults) {
  Section section(table, "trigger", faults);
  Trigger trigger;
  trigger.event = section.text("event", Need::Required);
  if (const std::string where = section.text("where", Need::Optional); !where.empty()) {
    Result<Expression> compiled = Expression::compile(where);
    if (compiled.ok())
      trigger.where = std::move(*compiled);
    else
      section.fault("where", "'trigger.where' " + compiled.error().message());
  }
  const std::string per = section.text("per", Need::Optional);
  if (!per.empty() && per != "subject" && per != "patient" && per != "moment")
    section.fault("per", "'trigger.per' must be \"subject\", \"patient\" or \"moment\"");
  if (per == "patient") trigger.per = Trigger::Per::Patient;
  if (per == "moment") trigger.per = Trigger::Per::Moment;
  trigger.settle_us = section.integer("settle_ms", 0, 0, 60'000) * kMillisecondUs;
  const std::string priority = section.text("priority", Need::Optional);
  constexpr std::string_view kPriorities[] = {"routine", "urgent", "stat"};
  const auto found = std::find(std::begin(kPriorities), std::end(kPriorities), priority);
  if (found != std::end(kPriorities))
    trigger.priority = static_cast<int>(found - std::begin(kPriorities));
  else if (!priority.empty())
    section.fault("priority", "'trigger.priority' must be \"routine\", \"urgent\" or \"stat\"");
  return trigger;
}

void read_inputs(Section& root, Manifest& manifest, Faults& faults) {
  const toml::table* table = root.table("inputs", Need::Required);
  if (!table) return;
  Section section(*table, "inputs", faults);
  manifest.waveform = section.boolean("waveform", false);
  manifest.previous_results = section.integer("previous_results", 0, 0, 100);
  for (const toml::table* t : section.tables("observations")) {
    Section inner(*t, "inputs.observations", faults);
    ObservationInput input;
    input.codes = inner.texts("codes", Need::Required);
    for (const std::string& code : input.codes)
      if (code.find('|') == std::string::npos || code.find(',') != std::string::npos)
        inner.fault("codes", "'" + code + "' must have the form system|code");
    input.hours = inner.integer("hours", 24, 1, 24 * 3660);
    input.count_max = inner.integer("count_max", 500, 1, 1000);
    manifest.observations.push_back(std::move(input));
  }
}

void read_limits(Section& root, Manifest& manifest, Faults& faults) {
  const toml::table* table = root.table("limits", Need::Required);
  if (!table) return;
  Section section(*table, "limits", faults);
  manifest.time_limit_us = section.integer("time_ms", 10'000, 1, 600'000) * kMillisecondUs;
  manifest.input_mb = section.integer("input_mb", 256, 1, 65'536);
  manifest.concurrency = section.integer("concurrency", 1, 1, 64);
  manifest.queue_length = section.integer("queue_length", 64, 1, 65'536);
}

std::optional<Code> read_code(Section& parent, std::string_view key, Faults& faults) {
  const toml::table* table = parent.table(key, Need::Optional);
  if (!table) return std::nullopt;
  Section section(*table, parent.path() + "." + std::string(key), faults);
  return Code{section.text("system", Need::Required), section.text("code", Need::Required),
              section.text("display", Need::Required)};
}

void read_outputs(Section& root, Manifest& manifest, Faults& faults) {
  const toml::table* table = root.table("outputs", Need::Required);
  if (!table) return;
  Section section(*table, "outputs", faults);
  for (const std::string& object : section.texts("objects", Need::Required)) {
    if (object == "Observation")
      manifest.writes_observation = true;
    else if (object == "DiagnosticReport")
      manifest.writes_report = true;
    else if (object == "RiskAssessment")
      manifest.writes_risk = true;
    else if (object == "Task")
      manifest.writes_task = true;
    else if (object == "dicom-sr")
      manifest.writes_sr = true;
    else
      section.fault("objects", "'" + object + "' is no object that can be published");
  }
  manifest.supersedes = section.boolean("supersedes", false);
  if (const std::string category = section.text("category", Need::Optional); !category.empty()) {
    manifest.category = category;
    constexpr std::string_view kCategories[] = {"social-history", "vital-signs", "imaging",
                                                "laboratory",     "procedure",   "survey",
                                                "exam",           "therapy",     "activity"};
    if (std::find(std::begin(kCategories), std::end(kCategories), category) == std::end(kCategories))
      section.fault("category", "'outputs.category' is no FHIR observation category");
  }
  manifest.report_code = read_code(section, "report_code", faults);
  if ((manifest.writes_report || manifest.writes_sr) && !manifest.report_code)
    section.fault("report_code",
                  "'outputs.report_code' is needed for a DiagnosticReport or a structured report");
  if (manifest.writes_sr && !manifest.waveform)
    section.fault("objects", "\"dicom-sr\" needs a DICOM input to be about: set inputs.waveform = true");
}

void read_operating_points(Section& root, Manifest& manifest, Faults& faults) {
  std::set<std::string> names;
  for (const toml::table* t : root.tables("operating_point")) {
    Section section(*t, "operating_point", faults);
    OperatingPoint point;
    point.name = section.text("name", Need::Required);
    point.value = section.number("value", Need::Required).value_or(0);
    point.unit = section.text("unit", Need::Optional);
    point.prose = section.text("prose", Need::Required);
    if (!names.insert(point.name).second) section.fault("name", "'" + point.name + "' is there twice");
    manifest.operating_points.push_back(std::move(point));
  }
}

void read_known_limits(Section& root, Manifest& manifest, Faults& faults) {
  for (const toml::table* t : root.tables("known_limit")) {
    Section section(*t, "known_limit", faults);
    manifest.known_limits.push_back({section.text("en", Need::Required), section.text("zh", Need::Required)});
  }
}

void read_models(Section& root, Manifest& manifest, Faults& faults) {
  for (const toml::table* t : root.tables("model")) {
    Section section(*t, "model", faults);
    Model model{section.text("path", Need::Required), section.text("sha256", Need::Required),
                section.text("format", Need::Required)};
    if (!model.path.empty() && !is_safe_path(model.path))
      section.fault("path", "'model.path' must stay inside the application's folder");
    if (!model.sha256.empty() && !is_sha256(model.sha256))
      section.fault("sha256", "'model.sha256' must be 64 lower-case hexadecimal digits");
    if (!model.format.empty() && model.format != "onnx")
      section.fault("format", "'model.format' must be \"onnx\"");
    manifest.models.push_back(std::move(model));
  }
}

void read_root(const toml::table& table, Manifest& manifest, Faults& faults) {
  Section root(table, "", faults);
  read_application(root, manifest, faults);
  for (const toml::table* t : root.tables("trigger")) manifest.triggers.push_back(read_trigger(*t, faults));
  if (manifest.triggers.empty()) root.fault("trigger", "at least one [[trigger]] is needed");
  read_inputs(root, manifest, faults);
  read_limits(root, manifest, faults);
  read_outputs(root, manifest, faults);
  read_operating_points(root, manifest, faults);
  read_known_limits(root, manifest, faults);
  read_models(root, manifest, faults);
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view toml) {
  constexpr size_t kBytesMax = 256 * 1024;
  if (toml.size() > kBytesMax) return Error(kBadManifest, "the manifest is longer than 256 KiB");
  Manifest manifest;
  Faults faults;
  try {
    const toml::table table = toml::parse(toml);
    read_root(table, manifest, faults);
  } catch (const toml::parse_error& e) {
    return Error(kBadManifest,
                 "line " + std::to_string(e.source().begin.line) + ": " + std::string(e.description()));
  }
  if (!faults.empty()) return Error(kBadManifest, faults.text());
  return manifest;
}

}  // namespace xinglin::inference
