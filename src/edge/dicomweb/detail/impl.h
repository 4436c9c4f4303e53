// What the handlers of this room share. Private to edge/dicomweb.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/pool.h"
#include "codec/pixel/file_frames.h"
#include "edge/dicomweb/detail/body.h"
#include "edge/dicomweb/detail/negotiation.h"
#include "edge/dicomweb/dicomweb.h"
#include "edge/dicomweb/errors.h"

namespace xinglin::dicomweb {

// Where the frames of recently asked instances lie, so that the offset table of each is made once. Bounded by
// the number of fragments it holds. Thread-safe.
class Layouts {
public:
  using Layout = std::shared_ptr<const pixel::FileFrames>;
  Result<Layout> of(const archive::Retrieval& retrieval, const archive::InstanceInfo& instance);

private:
  static constexpr size_t kWeightMax = 4'000'000;
  struct Entry {
    std::string key;
    Layout layout;
  };
  std::mutex mutex_;          // guards what follows
  std::list<Entry> entries_;  // the last used first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_key_;
  size_t weight_ = 0;
};

struct PictureRequest;
enum class Otherwise { Refuse, AsStored };  // when an object cannot be made in the syntax chosen

struct DicomWeb::Impl {
  Impl(Rooms r, Authenticate a, Options o)
      : rooms(std::move(r)), authenticate(std::move(a)), options(std::move(o)) {}
  Rooms rooms;
  Authenticate authenticate;
  Options options;
  mutable Layouts layouts;
  mutable Pool store_pool{{.name = "stow", .threads = 8, .queue_length_max = 64}};

  std::string base_url(const http::Request& request) const;  // "http://host/dicom-web"

  http::Response instances(const http::Request& request, const trust::Access& access) const;
  http::Response metadata(const http::Request& request, const trust::Access& access) const;
  http::Response frames(const http::Request& request, const trust::Access& access) const;
  http::Response bulk_data(const http::Request& request, const trust::Access& access) const;
  std::unique_ptr<http::BodySink> open_store(const http::Request& request) const;
  http::Response store(const http::Request& request, const trust::Access& access) const;
  http::Response remove(const http::Request& request, const trust::Access& access) const;
  http::Response search(const http::Request& request, const trust::Access& access,
                        archive::Level level) const;
  http::Response wado_uri(const http::Request& request, const trust::Access& access) const;
  http::Response rendered(const http::Request& request, const trust::Access& access) const;
  http::Response thumbnail(const http::Request& request, const trust::Access& access) const;

  Piece stored_file(const archive::InstanceInfo& instance) const;
  // The object as it is given out when its study is corrected, without its pixel data in memory.
  Result<Piece> corrected_file(const archive::InstanceInfo& instance) const;
  Result<Bytes> transcoded_file(const archive::InstanceInfo& instance, const TransferSyntaxUid& syntax) const;
  // One of several objects, in `syntax` if it is not empty. One that cannot be made is sent as it is stored:
  // its head and its meta information say so.
  Part file_part(const http::Request& request, const archive::InstanceInfo& instance,
                 const TransferSyntaxUid& syntax) const;
  http::Response one_file(const http::Request& request, const archive::InstanceInfo& instance,
                          const TransferSyntaxUid& syntax, Otherwise otherwise = Otherwise::Refuse) const;
  Result<Piece> frame_piece(const archive::InstanceInfo& instance, uint32_t number,
                            const TransferSyntaxUid& syntax) const;
  Result<std::vector<Part>> frame_parts(const http::Request& request, const archive::InstanceInfo& instance,
                                        const std::vector<uint32_t>& numbers, const Chosen& chosen) const;
  http::Response send_frames(const http::Request& request, const archive::InstanceInfo& instance,
                             const std::vector<uint32_t>& numbers) const;
  CanSend can_send_files(const std::vector<archive::InstanceInfo>& instances) const;
  CanSend can_send_frames(const pixel::FileFrames& frames) const;
  Result<Bytes> picture_of(const archive::InstanceInfo& instance, const PictureRequest& asked) const;
  http::Response send_picture(const http::Request& request, const archive::InstanceInfo& instance,
                              const PictureRequest& asked) const;
};

bool is_uid(std::string_view text);
// The UIDs in the path of a request; kBadRequest when one is not a UID.
Result<archive::Selection> selection_of(const http::Request& request);
// A DICOM JSON text with its relative BulkDataURIs put below `prefix`.
void append_with_bulk_urls(std::string_view json, std::string_view prefix, std::string& out);
std::string url_of(const std::string& base, const archive::InstanceInfo& instance);
Result<void> may_store(const DicomWeb::Rooms& rooms, const trust::Access& access);
// An ETag of instances in one form: changes when any of them does.
std::string digest_of(const std::vector<archive::InstanceInfo>& instances, std::string_view form);

http::Response fail(const http::Request& request, const Error& error);
http::Response not_modified(const std::string& etag);
// `response` with the pieces as its body; or what went wrong.
http::Response respond(const http::Request& request, http::Response response, std::vector<Piece> pieces);
http::Response respond_multipart(const http::Request& request, std::vector<Part> parts, std::string_view type,
                                 const std::string& digest);

}  // namespace xinglin::dicomweb
