// The resting ECG application: the analysis of analysis.h as findings with codes, reference limits and flags,
// a line for worklists in English and Chinese, and the marks that the viewer draws. Intended use, method,
// scores and limits are in card.md. Stateless and deterministic; run() may be called from several threads at
// once.
#pragma once

#include "core/inference/application.h"

namespace xinglin::resting_ecg {

// For the list of compiled-in applications in main.
inference::NativeApplication native_application();

}  // namespace xinglin::resting_ecg
