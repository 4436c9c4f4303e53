// Content negotiation of DICOMweb (PS3.18 8.7, RFC 9110 12.5): what a request accepts, in the order it
// prefers, and which of it fits what is stored. Pure functions; private to edge/dicomweb.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/http.h"
#include "core/archive/archive.h"

namespace xinglin::dicomweb {

inline constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";

struct MediaRange {
  std::string type;                                            // lower case: "multipart/related", "*/*"
  std::map<std::string, std::string, std::less<>> parameters;  // names in lower case
  double q = 1;
  std::string parameter(std::string_view name) const;  // "" when absent
};
// The parameter `accept` of the query before the header (PS3.18 8.3.3.1); what is not well-formed is left
// out.
std::vector<MediaRange> accepted(const http::Request& request);
std::vector<MediaRange> parse_accept(std::string_view text);  // best first, q=0 left out
std::optional<MediaRange> parse_media_type(std::string_view text);
bool accepts_gzip(const http::Request& request);
bool accepts_json(const http::Request& request);

struct Chosen {
  bool multipart = true;
  std::string media_type;    // of the part or the body
  TransferSyntaxUid syntax;  // "" : as stored
  bool asked = true;         // false: the syntax is the default, and what is stored will do as well
};
using CanSend = std::function<bool(const TransferSyntaxUid& syntax)>;  // instead of what is stored
// For whole objects; `single` allows application/dicom without multipart. kNotAcceptable says what is stored.
Result<Chosen> choose_object(const http::Request& request,
                             const std::vector<archive::InstanceInfo>& instances, bool single,
                             const CanSend& can_send);
// For frames of pixel data stored as `stored`.
Result<Chosen> choose_frames(const http::Request& request, const TransferSyntaxUid& stored, bool encapsulated,
                             bool single, const CanSend& can_send);
Result<Chosen> choose_bulk(const http::Request& request);
// "image/jpeg" ... of an encapsulated syntax (PS3.18 8.7.3.3.2), else application/octet-stream.
std::string_view frame_media_type(const TransferSyntaxUid& syntax);

}  // namespace xinglin::dicomweb
