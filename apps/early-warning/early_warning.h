// The early-warning application: NEWS2 from the newest vital signs of a patient, its trend, and a request to
// the ward when the score asks for one. Thresholds, window and repeat time come from manifest.toml; intended
// use, method and limits are in card.md. Stateless: everything it remembers comes back to it as
// Case::previous.
#pragma once

#include "core/inference/application.h"

namespace xinglin::early_warning {

// For the list of compiled-in applications in main.
inference::NativeApplication native_application();

}  // namespace xinglin::early_warning
