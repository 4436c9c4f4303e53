// Character sets of HL7 v2 (MSH-18) and DICOM (0008,0005) to and from UTF-8. Input that is not valid in its
// declared set is an error, never replaced silently. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace xinglin::charset {

inline constexpr ErrorCode kUnknown{"charset.unknown", ErrorKind::Unsupported,
                                    "the character set is not supported"};
inline constexpr ErrorCode kBadBytes{"charset.bad-bytes", ErrorKind::Invalid,
                                     "bytes are not valid in the declared character set"};

enum class Charset { Ascii, Utf8, Latin1, Gb18030, Gbk };

Result<Charset> from_hl7(std::string_view msh18);   // "", ASCII, UNICODE UTF-8, 8859/1, GB 18030-2000 ...
Result<Charset> from_dicom(std::string_view term);  // "", ISO_IR 100, ISO_IR 192, GB18030, GBK ...
Result<std::string> to_utf8(std::string_view bytes, Charset from);
Result<std::string> from_utf8(std::string_view text, Charset to);
bool is_valid_utf8(std::string_view text);

}  // namespace xinglin::charset
