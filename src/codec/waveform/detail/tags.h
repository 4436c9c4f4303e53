// The attributes of the Waveform and Waveform Annotation modules (PS3.3 C.10.9, C.10.10).
#pragma once

#include "codec/dicom/data_set.h"

namespace xinglin::waveform::tags {

inline constexpr dicom::Tag kContentDate{0x0008, 0x0023}, kContentTime{0x0008, 0x0033};
inline constexpr dicom::Tag kStudyDate{0x0008, 0x0020}, kStudyTime{0x0008, 0x0030};
inline constexpr dicom::Tag kAcquisitionDateTime{0x0008, 0x002A};
inline constexpr dicom::Tag kCodeValue{0x0008, 0x0100}, kCodingScheme{0x0008, 0x0102},
    kCodeMeaning{0x0008, 0x0104};
inline constexpr dicom::Tag kInstanceNumber{0x0020, 0x0013};
inline constexpr dicom::Tag kMultiplexGroupTimeOffset{0x0018, 0x1068};
inline constexpr dicom::Tag kWaveformOriginality{0x003A, 0x0004};
inline constexpr dicom::Tag kNumberOfWaveformChannels{0x003A, 0x0005};
inline constexpr dicom::Tag kNumberOfWaveformSamples{0x003A, 0x0010};
inline constexpr dicom::Tag kSamplingFrequency{0x003A, 0x001A};
inline constexpr dicom::Tag kMultiplexGroupLabel{0x003A, 0x0020};
inline constexpr dicom::Tag kChannelDefinition{0x003A, 0x0200};
inline constexpr dicom::Tag kChannelLabel{0x003A, 0x0203};
inline constexpr dicom::Tag kChannelSource{0x003A, 0x0208};
inline constexpr dicom::Tag kChannelSensitivity{0x003A, 0x0210}, kSensitivityUnits{0x003A, 0x0211};
inline constexpr dicom::Tag kSensitivityCorrection{0x003A, 0x0212}, kChannelBaseline{0x003A, 0x0213};
inline constexpr dicom::Tag kChannelTimeSkew{0x003A, 0x0214}, kChannelSampleSkew{0x003A, 0x0215};
inline constexpr dicom::Tag kWaveformBitsStored{0x003A, 0x021A};
inline constexpr dicom::Tag kFilterLow{0x003A, 0x0220}, kFilterHigh{0x003A, 0x0221}, kNotch{0x003A, 0x0222};
inline constexpr dicom::Tag kReferencedSamplePositions{0x0040, 0xA132};
inline constexpr dicom::Tag kMeasurementUnits{0x0040, 0x08EA}, kConceptName{0x0040, 0xA043};
inline constexpr dicom::Tag kConceptCode{0x0040, 0xA168}, kNumericValue{0x0040, 0xA30A};
inline constexpr dicom::Tag kAcquisitionContext{0x0040, 0x0555};
inline constexpr dicom::Tag kWaveformAnnotation{0x0040, 0xB020};
inline constexpr dicom::Tag kUnformattedText{0x0070, 0x0006};
inline constexpr dicom::Tag kWaveformSequence{0x5400, 0x0100};
inline constexpr dicom::Tag kWaveformBitsAllocated{0x5400, 0x1004};
inline constexpr dicom::Tag kWaveformSampleInterpretation{0x5400, 0x1006};
inline constexpr dicom::Tag kWaveformPaddingValue{0x5400, 0x100A}, kWaveformData{0x5400, 0x1010};

}  // namespace xinglin::waveform::tags
