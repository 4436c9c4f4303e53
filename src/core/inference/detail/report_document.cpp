#include "core/inference/detail/report_document.h"

#include <array>
#include <utility>

#include "codec/dicom/structured_report.h"
#include "core/inference/detail/derived_ids.h"

namespace xinglin::inference::detail {
namespace {

using dicom::CodedEntry;
using dicom::ContentItem;
using Kind = ContentItem::Kind;

// Coding scheme designators of PS3.16 section 8 for the systems applications use.
CodedEntry entry_of(const Code& code) {
  struct Scheme {
    std::string_view system, designator;
  };
  constexpr Scheme kSchemes[] = {{"http://loinc.org", "LN"},
                                 {"http://snomed.info/sct", "SCT"},
                                 {"urn:iso:std:iso:11073:10101", "MDC"},
                                 {"http://dicom.nema.org/resources/ontology/DCM", "DCM"},
                                 {"http://unitsofmeasure.org", "UCUM"}};
  std::string designator = "99XINGLIN";
  for (const Scheme& s : kSchemes)
    if (s.system == code.system) designator = s.designator;
  std::string meaning = code.display.empty() ? code.code : code.display;
  if (meaning.size() > 64) meaning.resize(64);  // LO
  return {code.code, designator, meaning};
}

CodedEntry dcm(std::string_view code, std::string_view meaning) {
  return {std::string(code), "DCM", std::string(meaning)};
}

ContentItem item(Kind kind, std::string_view relationship, CodedEntry name) {
  ContentItem i;
  i.kind = kind;
  i.relationship = relationship;
  i.concept_name = std::move(name);
  return i;
}

ContentItem text_item(std::string_view relationship, CodedEntry name, std::string text) {
  ContentItem i = item(Kind::Text, relationship, std::move(name));
  i.text = std::move(text);
  return i;
}

ContentItem code_item(std::string_view relationship, CodedEntry name, CodedEntry value) {
  ContentItem i = item(Kind::Code, relationship, std::move(name));
  i.code = std::move(value);
  return i;
}

void add_context(const CatalogEntry& entry, const Row& row, std::vector<ContentItem>& content) {
  constexpr std::string_view kContext = "HAS OBS CONTEXT";
  content.push_back(code_item("HAS CONCEPT MOD", dcm("121049", "Language of Content Item and Descendants"),
                              {"en", "RFC5646", "English"}));
  content.push_back(code_item(kContext, dcm("121005", "Observer Type"), dcm("121007", "Device")));
  ContentItem uid = item(Kind::UidRef, kContext, dcm("121012", "Device Observer UID"));
  uid.text = derive_uid(InferenceId(row.application + " " + row.version), "device");
  content.push_back(std::move(uid));
  content.push_back(text_item(kContext, dcm("121013", "Device Observer Name"), entry.manifest.name.en));
  content.push_back(text_item(kContext, dcm("121014", "Device Observer Manufacturer"), "Xinglin"));
  content.push_back(text_item(kContext, dcm("121015", "Device Observer Model Name"), row.application));
  content.push_back(text_item(kContext, dcm("121016", "Device Observer Serial Number"), row.version));
}

ContentItem finding_item(const Finding& f) {
  const CodedEntry name = entry_of(f.code);
  ContentItem out;
  if (const auto* words = std::get_if<std::string>(&f.value)) {
    out = text_item("CONTAINS", name, *words);
  } else if (const auto* code = std::get_if<Code>(&f.value)) {
    out = code_item("CONTAINS", name, entry_of(*code));
  } else if (f.state == FindingState::Absent) {
    out = code_item("CONTAINS", name, {"2667000", "SCT", "Absent"});
  } else if (f.unit.empty() && f.state == FindingState::CannotTell) {
    out = text_item("CONTAINS", name, "cannot tell");
  } else {
    out = item(Kind::Num, "CONTAINS", name);
    out.unit = {f.unit.empty() ? "1" : f.unit, "UCUM", f.unit.empty() ? "no units" : f.unit};
    if (const auto* number = std::get_if<double>(&f.value); number && f.state == FindingState::Measured)
      out.number = *number;
    else
      out.number_qualifier = dcm("114006", "Measurement failure");
  }
  const auto note = [&](const std::string& text) {
    out.children.push_back(text_item("HAS PROPERTIES", dcm("121106", "Comment"), text));
  };
  if (!f.reason.empty()) note(f.reason);
  if (!f.comparator.empty()) note("this is a bound: " + f.comparator);
  if (!f.method.empty()) note("method: " + f.method);
  for (const Finding& part : f.components) {
    ContentItem child = finding_item(part);
    child.relationship = "HAS PROPERTIES";
    out.children.push_back(std::move(child));
  }
  return out;
}

}  // namespace

std::vector<uint8_t> make_report_document(const CatalogEntry& entry, const Assembled& assembled,
                                          const Row& row) {
  XL_ASSERT(assembled.evidence.has_value());
  const Evidence& evidence = *assembled.evidence;
  dicom::StructuredReport report;
  report.sop_instance = SopInstanceUid(row.references.sr);
  report.series = SeriesUid(derive_uid(row.id, "sr series"));
  report.study = evidence.study;
  report.content_time = assembled.woken_at;  // not the time of writing: a repeated run gives the same bytes
  report.title = entry_of(*entry.manifest.report_code);
  report.manufacturer = "Xinglin";
  report.model_name = row.application;
  report.software_version = row.version;
  report.device_serial = row.id.str();
  report.series_description = entry.manifest.name.en;
  report.evidence = &evidence.data_set;

  add_context(entry, row, report.content);
  ContentItem source = item(assembled.input.waveform ? Kind::Waveform : Kind::Composite, "CONTAINS",
                            dcm("121112", "Source of Measurement"));
  source.referenced_class = evidence.sop_class;
  source.referenced_instance = evidence.sop_instance;
  report.content.push_back(std::move(source));
  ContentItem findings = item(Kind::Container, "CONTAINS", dcm("121070", "Findings"));
  for (const Finding& f : row.findings.items) findings.children.push_back(finding_item(f));
  if (!findings.children.empty()) report.content.push_back(std::move(findings));
  if (row.findings.summary_en.empty()) return dicom::write_file(dicom::build(report));
  ContentItem conclusions = item(Kind::Container, "CONTAINS", dcm("121076", "Conclusions"));
  conclusions.children.push_back(text_item("CONTAINS", dcm("121077", "Conclusion"), row.findings.summary_en));
  report.content.push_back(std::move(conclusions));
  return dicom::write_file(dicom::build(report));
}

}  // namespace xinglin::inference::detail
