// An answer put together from texts and pieces of blob files, which are opened only when their turn comes: a
// study of any size is sent with one buffer. Small ones are made at once, so that a failure still gets a
// status. Private to edge/dicomweb.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/http/http.h"
#include "codec/pixel/file_frames.h"
#include "store/blob/blob_store.h"

namespace xinglin::dicomweb {

using File = std::shared_ptr<const blob::BlobStore::Reader>;
using Bytes = std::shared_ptr<const std::vector<uint8_t>>;

// What a piece is made of when its turn comes: `text` and then `bytes`.
struct Made {
  std::string text = {};
  Bytes bytes = {};
};

struct Piece {
  std::string text = {};                    // sent first
  std::function<Result<File>()> open = {};  // then these segments of a file
  std::vector<pixel::FileRange> segments = {};
  std::optional<Digest> digest = {};        // of the segments; compared before the last of them is sent
  Bytes bytes = {};                         // or these bytes
  std::function<Result<Made>()> make = {};  // or what this makes
};

// The media type of one part and what is in it; text of the piece is made by multipart(). With an empty type
// the piece says it: its Made::text is "Content-Type: ..." to the end of the part's head.
struct Part {
  std::string content_type, location;
  Piece piece;
};
std::vector<Piece> multipart(std::vector<Part> parts, const std::string& boundary);
// Sets body or source. An error: nothing was sent.
Result<void> put_body(http::Response& response, std::vector<Piece> pieces);
// "0-9", "5-", "-3" of `size` bytes (RFC 9110 14.1.2). nullopt: no range we take, send all.
Result<std::optional<pixel::FileRange>> parse_range(std::string_view header, uint64_t size);
bool matches_etag(std::string_view if_none_match, std::string_view etag);

}  // namespace xinglin::dicomweb
