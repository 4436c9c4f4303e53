#include "codec/dicom/structured_report.h"

#include <charconv>
#include <map>

namespace xinglin::dicom {

namespace {

constexpr std::string_view kComprehensiveSr = "1.2.840.10008.5.1.4.1.1.88.33";
constexpr Tag kStudy{0x0020, 0x000D}, kSeries{0x0020, 0x000E}, kTimezone{0x0008, 0x0201};
constexpr Tag kContent{0x0040, 0xA730}, kConceptName{0x0040, 0xA043}, kReferencedSop{0x0008, 0x1199};

struct CopiedAttribute {
  Tag tag;
  std::string_view vr;
  bool required;  // type 1 or 2: written empty when the evidence has none
};
// Patient, General Study and Patient Study modules (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2).
constexpr CopiedAttribute kCopied[] = {
    {{0x0008, 0x0020}, "DA", true},  {{0x0008, 0x0030}, "TM", true},  {{0x0008, 0x0050}, "SH", true},
    {{0x0008, 0x0090}, "PN", true},  {{0x0008, 0x1030}, "LO", false}, {{0x0010, 0x0010}, "PN", true},
    {{0x0010, 0x0020}, "LO", true},  {{0x0010, 0x0021}, "LO", false}, {{0x0010, 0x0030}, "DA", true},
    {{0x0010, 0x0040}, "CS", true},  {{0x0010, 0x1010}, "AS", false}, {{0x0020, 0x0010}, "SH", true},
    {{0x0008, 0x0201}, "SH", false},
};

void put_code(DataSet& out, Tag sequence, const CodedEntry& code) {
  DataSet& item = out.add_item(sequence);
  // A code longer than 16 characters has an attribute of its own (PS3.3 8.8).
  if (code.value.size() > 16) {
    item.set_text({0x0008, 0x0119}, "UC", code.value);
  } else {
    item.set_text({0x0008, 0x0100}, "SH", code.value);
  }
  item.set_text({0x0008, 0x0102}, "SH", code.scheme);
  item.set_text({0x0008, 0x0104}, "LO", code.meaning);
}

std::string_view value_type(ContentItem::Kind kind) {
  switch (kind) {
    case ContentItem::Kind::Container:
      return "CONTAINER";
    case ContentItem::Kind::Text:
      return "TEXT";
    case ContentItem::Kind::Code:
      return "CODE";
    case ContentItem::Kind::Num:
      return "NUM";
    case ContentItem::Kind::UidRef:
      return "UIDREF";
    case ContentItem::Kind::Composite:
      return "COMPOSITE";
    case ContentItem::Kind::Image:
      return "IMAGE";
    case ContentItem::Kind::Waveform:
      return "WAVEFORM";
  }
  return "TEXT";
}

bool is_reference(ContentItem::Kind kind) {
  return kind == ContentItem::Kind::Composite || kind == ContentItem::Kind::Image ||
         kind == ContentItem::Kind::Waveform;
}

void put_reference(DataSet& out, Tag sequence, const SopClassUid& sop_class, const SopInstanceUid& instance) {
  DataSet& item = out.add_item(sequence);
  item.set_text({0x0008, 0x1150}, "UI", sop_class.str());
  item.set_text({0x0008, 0x1155}, "UI", instance.str());
}

void put_measurement(DataSet& out, const ContentItem& content) {
  if (content.number) {
    DataSet& value = out.add_item({0x0040, 0xA300});
    value.set_number({0x0040, 0xA30A}, "DS", {*content.number});
    put_code(value, {0x0040, 0x08EA}, content.unit);
  } else {
    out.elements()[{0x0040, 0xA300}] = Element{.tag = {0x0040, 0xA300}, .vr = "SQ"};
    if (content.number_qualifier) put_code(out, {0x0040, 0xA301}, *content.number_qualifier);
  }
}

void put_content(DataSet& out, const ContentItem& content) {
  out.set_text({0x0040, 0xA010}, "CS", content.relationship);
  out.set_text({0x0040, 0xA040}, "CS", value_type(content.kind));
  if (!content.concept_name.value.empty()) put_code(out, kConceptName, content.concept_name);
  switch (content.kind) {
    case ContentItem::Kind::Container:
      out.set_text({0x0040, 0xA050}, "CS", "SEPARATE");
      break;
    case ContentItem::Kind::Text:
      out.set_text({0x0040, 0xA160}, "UT", content.text);
      break;
    case ContentItem::Kind::Code:
      put_code(out, {0x0040, 0xA168}, content.code);
      break;
    case ContentItem::Kind::Num:
      put_measurement(out, content);
      break;
    case ContentItem::Kind::UidRef:
      out.set_text({0x0040, 0xA124}, "UI", content.text);
      break;
    case ContentItem::Kind::Composite:
    case ContentItem::Kind::Image:
    case ContentItem::Kind::Waveform:
      put_reference(out, kReferencedSop, content.referenced_class, content.referenced_instance);
      break;
  }
  for (const ContentItem& child : content.children) put_content(out.add_item(kContent), child);
}

void put_patient_and_study(DataSet& out, const StructuredReport& report) {
  for (const CopiedAttribute& attribute : kCopied) {
    std::string value;
    if (report.evidence != nullptr)
      for (const std::string& text : report.evidence->texts(attribute.tag))
        value += (value.empty() ? "" : "\\") + text;
    if (attribute.required || !value.empty()) out.set_text(attribute.tag, attribute.vr, value);
  }
  out.set_text(kStudy, "UI", report.study.str());
}

void put_series_and_equipment(DataSet& out, const StructuredReport& report) {
  out.set_text({0x0008, 0x0060}, "CS", "SR");
  out.set_text(kSeries, "UI", report.series.str());
  out.set_integer({0x0020, 0x0011}, "IS", {report.series_number});
  out.elements()[{0x0008, 0x1111}] = Element{.tag = {0x0008, 0x1111}, .vr = "SQ"};
  if (!report.series_description.empty()) out.set_text({0x0008, 0x103E}, "LO", report.series_description);
  out.set_text({0x0008, 0x0070}, "LO", report.manufacturer);
  if (!report.model_name.empty()) out.set_text({0x0008, 0x1090}, "LO", report.model_name);
  if (!report.device_serial.empty()) out.set_text({0x0018, 0x1000}, "LO", report.device_serial);
  if (!report.software_version.empty()) out.set_text({0x0018, 0x1020}, "LO", report.software_version);
}

// Minutes east of UTC of "+0800"; dates and times of a data set are in this zone (PS3.3 C.12.1.1.8).
int offset_minutes(std::string_view zone) {
  int value = 0;
  if (zone.size() != 5 || std::from_chars(zone.data() + 1, zone.data() + 5, value).ec != std::errc())
    return 0;
  const int minutes = value / 100 * 60 + value % 100;
  return zone[0] == '-' ? -minutes : minutes;
}

void put_document(DataSet& out, const StructuredReport& report) {
  if (report.evidence == nullptr) out.set_text(kTimezone, "SH", "+0000");
  const Instant local = report.content_time + offset_minutes(out.text(kTimezone)) * kMinuteUs;
  out.set_text({0x0008, 0x0016}, "UI", kComprehensiveSr);
  out.set_text({0x0008, 0x0018}, "UI", report.sop_instance.str());
  out.set_integer({0x0020, 0x0013}, "IS", {1});
  out.set_text({0x0008, 0x0023}, "DA", format_dicom_date(local));
  out.set_text({0x0008, 0x0033}, "TM", format_dicom_time(local));
  out.set_text({0x0040, 0xA491}, "CS", "COMPLETE");
  const bool verified = report.verified && !report.verifying_observer.empty();
  out.set_text({0x0040, 0xA493}, "CS", verified ? "VERIFIED" : "UNVERIFIED");
  if (verified) {
    DataSet& observer = out.add_item({0x0040, 0xA073});
    observer.set_text({0x0040, 0xA027}, "LO", report.verifying_organization);
    observer.set_text({0x0040, 0xA030}, "DT", format_dicom_date(local) + format_dicom_time(local));
    observer.set_text({0x0040, 0xA075}, "PN", report.verifying_observer);
    observer.elements()[{0x0040, 0xA088}] = Element{.tag = {0x0040, 0xA088}, .vr = "SQ"};
  }
  out.elements()[{0x0040, 0xA372}] = Element{.tag = {0x0040, 0xA372}, .vr = "SQ"};
}

using References = std::map<SeriesUid, std::map<SopInstanceUid, SopClassUid>>;

void collect_references(const std::vector<ContentItem>& content, const SeriesUid& evidence_series,
                        References& out) {
  for (const ContentItem& item : content) {
    const SeriesUid& series = item.referenced_series.empty() ? evidence_series : item.referenced_series;
    if (is_reference(item.kind)) out[series].emplace(item.referenced_instance, item.referenced_class);
    collect_references(item.children, evidence_series, out);
  }
}

// Every instance the content refers to is listed by study and series (PS3.3 C.17.2.3).
void put_evidence(DataSet& out, const StructuredReport& report) {
  const DataSet* evidence = report.evidence;
  References references;
  collect_references(report.content, SeriesUid(evidence == nullptr ? "" : evidence->text(kSeries)),
                     references);
  if (references.empty()) return;
  const std::string study = evidence == nullptr ? report.study.str() : evidence->text(kStudy);
  DataSet& item = out.add_item(study == report.study.str() ? Tag{0x0040, 0xA375} : Tag{0x0040, 0xA385});
  item.set_text(kStudy, "UI", study);
  for (const auto& [series, instances] : references) {
    DataSet& series_item = item.add_item({0x0008, 0x1115});
    series_item.set_text(kSeries, "UI", series.str());
    for (const auto& [instance, sop_class] : instances)
      put_reference(series_item, kReferencedSop, sop_class, instance);
  }
}

}  // namespace

DataSet build(const StructuredReport& report) {
  DataSet out;
  put_patient_and_study(out, report);
  put_series_and_equipment(out, report);
  put_document(out, report);
  put_evidence(out, report);
  out.set_text({0x0040, 0xA040}, "CS", "CONTAINER");
  put_code(out, kConceptName, report.title);
  out.set_text({0x0040, 0xA050}, "CS", "SEPARATE");
  if (!report.template_id.empty()) {
    DataSet& used = out.add_item({0x0040, 0xA504});
    used.set_text({0x0008, 0x0105}, "CS", "DCMR");
    used.set_text({0x0040, 0xDB00}, "CS", report.template_id);
  }
  for (const ContentItem& content : report.content) put_content(out.add_item(kContent), content);
  return out;
}

}  // namespace xinglin::dicom
