// Manifests as the tests of this room need them.
#pragma once

#include <string>
#include <string_view>

namespace xinglin::inference::testing_manifests {

inline constexpr std::string_view kFull = R"([application]
id = "lead-reader"
version = "2.10.3"
kind = "native"
[application.name]
en = "Lead reader"
zh = "导联阅读"
[application.intended_use]
en = "Reads leads."
zh = "阅读导联。"
[[trigger]]
event = "archive.instance-stored"
where = 'modality == "ECG"'
[[trigger]]
event = "record.observation-created"
per = "patient"
settle_ms = 250
priority = "stat"
[inputs]
waveform = true
previous_results = 3
[[inputs.observations]]
codes = ["http://loinc.org|8867-4"]
hours = 48
count_max = 10
[limits]
time_ms = 1500
input_mb = 64
concurrency = 2
queue_length = 8
[outputs]
objects = ["Observation", "DiagnosticReport", "Task", "dicom-sr"]
supersedes = true
category = "procedure"
report_code = {system = "http://loinc.org", code = "11524-6", display = "EKG study"}
[[known_limit]]
en = "Not for children."
zh = "不适用于儿童。"
[[operating_point]]
name = "threshold"
value = 0.25
unit = "mV"
prose = "Smaller deflections are not counted."
[[model]]
path = "model/net.onnx"
sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
format = "onnx"
)";

// The least that is a manifest, with `inputs` as the body of [inputs].
inline std::string minimal(std::string_view inputs, std::string_view id = "minimal") {
  return "[application]\nid = \"" + std::string(id) +
         "\"\nversion = \"1.0.0\"\nkind = \"native\"\n"
         "[application.name]\nen = \"M\"\nzh = \"M\"\n[application.intended_use]\nen = \"U\"\nzh = \"U\"\n"
         "[[trigger]]\nevent = \"test.event\"\n[inputs]\n" +
         std::string(inputs) + "\n[limits]\n[outputs]\nobjects = [\"Observation\"]\n";
}

}  // namespace xinglin::inference::testing_manifests
