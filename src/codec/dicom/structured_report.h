// Structured reports: a content tree and its writing as an Enhanced or Comprehensive SR data set (PS3.3
// C.17.3, PS3.16 TID 1500 and TID 3700 for ECG). What comes out passes dciodvfy without errors. Pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/strong_id.h"
#include "base/time.h"
#include "codec/dicom/data_set.h"

namespace xinglin::dicom {

struct CodedEntry {
  std::string value, scheme, meaning;  // "8867-4", "LN", "Heart rate"
};

struct ContentItem {
  enum class Kind { Container, Text, Code, Num, UidRef, Composite, Image, Waveform };
  Kind kind = Kind::Container;
  std::string relationship;  // CONTAINS, HAS OBS CONTEXT, HAS CONCEPT MOD, HAS PROPERTIES, INFERRED FROM
  CodedEntry concept_name;
  std::string text;                            // Text, UidRef
  CodedEntry code;                             // Code
  std::optional<double> number;                // Num; empty = no value, then `number_qualifier` says why
  CodedEntry unit;                             // Num, scheme UCUM
  std::optional<CodedEntry> number_qualifier;  // CID 42: (114000, DCM, "Not a number"), (114009...) ...
  SopClassUid referenced_class;                // Composite, Image, Waveform
  SopInstanceUid referenced_instance;
  SeriesUid referenced_series;  // empty: the series of the evidence
  std::vector<ContentItem> children;
};

struct StructuredReport {
  SopInstanceUid sop_instance;
  SeriesUid series;
  StudyUid study;
  int series_number = 9000;
  Instant content_time;
  CodedEntry title;                  // document title
  std::vector<ContentItem> content;  // children of the root container
  std::string template_id;           // "1500", "3700": (0040,DB00) with mapping resource DCMR; "" = none
  bool verified = false;             // needs the two below
  std::string verifying_observer, verifying_organization;                 // observer as PN: "Li^Na"
  std::string manufacturer, model_name, software_version, device_serial;  // equipment = the application
  std::string series_description;
  // Patient, study and procedure attributes are copied from here (the evidence the report is about).
  const DataSet* evidence = nullptr;
};

// The complete data set, SOP Class Comprehensive SR (1.2.840.10008.5.1.4.1.1.88.33).
DataSet build(const StructuredReport& report);

}  // namespace xinglin::dicom
