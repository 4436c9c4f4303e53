// DICOM waveform objects (12-Lead ECG, General ECG; PS3.3 A.34.3, A.34.4, C.10.9) to and from Recording.
#pragma once

#include "base/result.h"
#include "codec/dicom/data_set.h"
#include "codec/waveform/waveform.h"

namespace xinglin::waveform {

// Samples are scaled by sensitivity, its correction factor and baseline into microvolt. kNoWaveform,
// kBadWaveform.
Result<Recording> from_data_set(const dicom::DataSet& data_set);
// Adds the Waveform and Acquisition modules for a 12-lead ECG (16-bit samples, 1 uV resolution) to
// `data_set`, which already holds patient, study, series and SOP attributes.
void add_ecg(dicom::DataSet& data_set, const Recording& recording);

}  // namespace xinglin::waveform
