#include "edge/dicomweb/detail/keywords.h"

#include <algorithm>
#include <charconv>

namespace xinglin::dicomweb {

namespace {

struct Keyword {
  std::string_view name;
  dicom::Tag tag;
};
// PS3.6 6, those of patients, studies, series and common instances; in order of their names.
constexpr Keyword kKeywords[] = {
    {"AccessionNumber", {0x0008, 0x0050}},
    {"AcquisitionDate", {0x0008, 0x0022}},
    {"AcquisitionDateTime", {0x0008, 0x002A}},
    {"AcquisitionNumber", {0x0020, 0x0012}},
    {"AcquisitionTime", {0x0008, 0x0032}},
    {"AdditionalPatientHistory", {0x0010, 0x21B0}},
    {"AdmittingDiagnosesDescription", {0x0008, 0x1080}},
    {"AvailableTransferSyntaxUID", {0x0008, 0x3002}},
    {"BitsAllocated", {0x0028, 0x0100}},
    {"BitsStored", {0x0028, 0x0101}},
    {"BodyPartExamined", {0x0018, 0x0015}},
    {"CodeMeaning", {0x0008, 0x0104}},
    {"CodeValue", {0x0008, 0x0100}},
    {"CodingSchemeDesignator", {0x0008, 0x0102}},
    {"Columns", {0x0028, 0x0011}},
    {"CompletionFlag", {0x0040, 0xA491}},
    {"ConceptCodeSequence", {0x0040, 0xA168}},
    {"ConceptNameCodeSequence", {0x0040, 0xA043}},
    {"ContentCreatorName", {0x0070, 0x0084}},
    {"ContentDate", {0x0008, 0x0023}},
    {"ContentDescription", {0x0070, 0x0081}},
    {"ContentLabel", {0x0070, 0x0080}},
    {"ContentTemplateSequence", {0x0040, 0xA504}},
    {"ContentTime", {0x0008, 0x0033}},
    {"ContrastBolusAgent", {0x0018, 0x0010}},
    {"ConversionType", {0x0008, 0x0064}},
    {"ConvolutionKernel", {0x0018, 0x1210}},
    {"CurrentRequestedProcedureEvidenceSequence", {0x0040, 0xA375}},
    {"DerivationCodeSequence", {0x0008, 0x9215}},
    {"DerivationDescription", {0x0008, 0x2111}},
    {"DeviceSerialNumber", {0x0018, 0x1000}},
    {"EchoTime", {0x0018, 0x0081}},
    {"EthnicGroup", {0x0010, 0x2160}},
    {"FrameOfReferenceUID", {0x0020, 0x0052}},
    {"HighBit", {0x0028, 0x0102}},
    {"ImageComments", {0x0020, 0x4000}},
    {"ImageLaterality", {0x0020, 0x0062}},
    {"ImageOrientationPatient", {0x0020, 0x0037}},
    {"ImagePositionPatient", {0x0020, 0x0032}},
    {"ImageType", {0x0008, 0x0008}},
    {"InstanceAvailability", {0x0008, 0x0056}},
    {"InstanceCreationDate", {0x0008, 0x0012}},
    {"InstanceCreationTime", {0x0008, 0x0013}},
    {"InstanceNumber", {0x0020, 0x0013}},
    {"InstitutionName", {0x0008, 0x0080}},
    {"InstitutionalDepartmentName", {0x0008, 0x1040}},
    {"IssuerOfAccessionNumberSequence", {0x0008, 0x0051}},
    {"IssuerOfPatientID", {0x0010, 0x0021}},
    {"KVP", {0x0018, 0x0060}},
    {"Laterality", {0x0020, 0x0060}},
    {"LossyImageCompression", {0x0028, 0x2110}},
    {"MRAcquisitionType", {0x0018, 0x0023}},
    {"Manufacturer", {0x0008, 0x0070}},
    {"ManufacturerModelName", {0x0008, 0x1090}},
    {"MappingResource", {0x0008, 0x0105}},
    {"ModalitiesInStudy", {0x0008, 0x0061}},
    {"Modality", {0x0008, 0x0060}},
    {"NameOfPhysiciansReadingStudy", {0x0008, 0x1060}},
    {"NumberOfFrames", {0x0028, 0x0008}},
    {"NumberOfPatientRelatedInstances", {0x0020, 0x1204}},
    {"NumberOfPatientRelatedSeries", {0x0020, 0x1202}},
    {"NumberOfPatientRelatedStudies", {0x0020, 0x1200}},
    {"NumberOfSeriesRelatedInstances", {0x0020, 0x1209}},
    {"NumberOfStudyRelatedInstances", {0x0020, 0x1208}},
    {"NumberOfStudyRelatedSeries", {0x0020, 0x1206}},
    {"OperatorsName", {0x0008, 0x1070}},
    {"OtherPatientIDs", {0x0010, 0x1000}},
    {"OtherPatientIDsSequence", {0x0010, 0x1002}},
    {"OtherPatientNames", {0x0010, 0x1001}},
    {"PatientAge", {0x0010, 0x1010}},
    {"PatientBirthDate", {0x0010, 0x0030}},
    {"PatientBirthTime", {0x0010, 0x0032}},
    {"PatientComments", {0x0010, 0x4000}},
    {"PatientID", {0x0010, 0x0020}},
    {"PatientName", {0x0010, 0x0010}},
    {"PatientPosition", {0x0018, 0x5100}},
    {"PatientSex", {0x0010, 0x0040}},
    {"PatientSize", {0x0010, 0x1020}},
    {"PatientWeight", {0x0010, 0x1030}},
    {"PerformedProcedureStepDescription", {0x0040, 0x0254}},
    {"PerformedProcedureStepID", {0x0040, 0x0253}},
    {"PerformedProcedureStepStartDate", {0x0040, 0x0244}},
    {"PerformedProcedureStepStartTime", {0x0040, 0x0245}},
    {"PerformingPhysicianName", {0x0008, 0x1050}},
    {"PhotometricInterpretation", {0x0028, 0x0004}},
    {"PixelRepresentation", {0x0028, 0x0103}},
    {"PixelSpacing", {0x0028, 0x0030}},
    {"PlanarConfiguration", {0x0028, 0x0006}},
    {"PregnancyStatus", {0x0010, 0x21C0}},
    {"PresentationIntentType", {0x0008, 0x0068}},
    {"ProcedureCodeSequence", {0x0008, 0x1032}},
    {"ProtocolName", {0x0018, 0x1030}},
    {"ReasonForStudy", {0x0032, 0x1030}},
    {"ReferencedImageSequence", {0x0008, 0x1140}},
    {"ReferencedPerformedProcedureStepSequence", {0x0008, 0x1111}},
    {"ReferencedSOPClassUID", {0x0008, 0x1150}},
    {"ReferencedSOPInstanceUID", {0x0008, 0x1155}},
    {"ReferencedSeriesSequence", {0x0008, 0x1115}},
    {"ReferencedStudySequence", {0x0008, 0x1110}},
    {"ReferringPhysicianName", {0x0008, 0x0090}},
    {"RepetitionTime", {0x0018, 0x0080}},
    {"RequestAttributesSequence", {0x0040, 0x0275}},
    {"RequestedProcedureCodeSequence", {0x0032, 0x1064}},
    {"RequestedProcedureDescription", {0x0032, 0x1060}},
    {"RequestedProcedureID", {0x0040, 0x1001}},
    {"RequestingPhysician", {0x0032, 0x1032}},
    {"RescaleIntercept", {0x0028, 0x1052}},
    {"RescaleSlope", {0x0028, 0x1053}},
    {"RescaleType", {0x0028, 0x1054}},
    {"RetrieveAETitle", {0x0008, 0x0054}},
    {"RetrieveURL", {0x0008, 0x1190}},
    {"Rows", {0x0028, 0x0010}},
    {"SOPClassUID", {0x0008, 0x0016}},
    {"SOPClassesInStudy", {0x0008, 0x0062}},
    {"SOPInstanceUID", {0x0008, 0x0018}},
    {"SamplesPerPixel", {0x0028, 0x0002}},
    {"ScanningSequence", {0x0018, 0x0020}},
    {"ScheduledProcedureStepDescription", {0x0040, 0x0007}},
    {"ScheduledProcedureStepID", {0x0040, 0x0009}},
    {"SequenceVariant", {0x0018, 0x0021}},
    {"SeriesDate", {0x0008, 0x0021}},
    {"SeriesDescription", {0x0008, 0x103E}},
    {"SeriesInstanceUID", {0x0020, 0x000E}},
    {"SeriesNumber", {0x0020, 0x0011}},
    {"SeriesTime", {0x0008, 0x0031}},
    {"SeriesType", {0x0054, 0x1000}},
    {"SliceLocation", {0x0020, 0x1041}},
    {"SliceThickness", {0x0018, 0x0050}},
    {"SoftwareVersions", {0x0018, 0x1020}},
    {"SpacingBetweenSlices", {0x0018, 0x0088}},
    {"SpecificCharacterSet", {0x0008, 0x0005}},
    {"StationName", {0x0008, 0x1010}},
    {"StudyComments", {0x0032, 0x4000}},
    {"StudyDate", {0x0008, 0x0020}},
    {"StudyDescription", {0x0008, 0x1030}},
    {"StudyID", {0x0020, 0x0010}},
    {"StudyInstanceUID", {0x0020, 0x000D}},
    {"StudyStatusID", {0x0032, 0x000A}},
    {"StudyTime", {0x0008, 0x0030}},
    {"TemplateIdentifier", {0x0040, 0xDB00}},
    {"TimezoneOffsetFromUTC", {0x0008, 0x0201}},
    {"TypeOfPatientID", {0x0010, 0x0022}},
    {"Units", {0x0054, 0x1001}},
    {"VerificationDateTime", {0x0040, 0xA030}},
    {"VerificationFlag", {0x0040, 0xA493}},
    {"ViewPosition", {0x0018, 0x5101}},
    {"WindowCenter", {0x0028, 0x1050}},
    {"WindowWidth", {0x0028, 0x1051}},
};

}  // namespace

std::optional<dicom::Tag> tag_of(std::string_view text) {
  const auto* found =
      std::lower_bound(std::begin(kKeywords), std::end(kKeywords), text,
                       [](const Keyword& one, std::string_view name) { return one.name < name; });
  if (found != std::end(kKeywords) && found->name == text) return found->tag;
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (text.size() != 8 || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return dicom::Tag{static_cast<uint16_t>(number >> 16), static_cast<uint16_t>(number & 0xFFFF)};
}

bool is_uid_attribute(dicom::Tag tag) {
  return tag == dicom::Tag{0x0008, 0x0016} || tag == dicom::Tag{0x0008, 0x0018} ||
         tag == dicom::Tag{0x0008, 0x0062} || tag == dicom::Tag{0x0008, 0x1150} ||
         tag == dicom::Tag{0x0008, 0x1155} || tag == dicom::Tag{0x0008, 0x3002} ||
         tag == dicom::Tag{0x0020, 0x000D} || tag == dicom::Tag{0x0020, 0x000E} ||
         tag == dicom::Tag{0x0020, 0x0052};
}

}  // namespace xinglin::dicomweb
