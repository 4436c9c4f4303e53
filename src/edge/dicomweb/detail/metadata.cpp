// WADO-RS metadata (PS3.18 10.4.1.1.2): DICOM JSON as kept at intake, sent as it is read from the index.
#include <algorithm>

#include "base/gzip.h"
#include "edge/dicomweb/detail/impl.h"

namespace xinglin::dicomweb {

namespace {

constexpr size_t kPage = 64;
constexpr size_t kAtOnce = 64;  // instances

// The instances of a list as one JSON array, a page of them in memory.
class MetadataText {
public:
  MetadataText(const archive::Retrieval& retrieval, std::vector<archive::InstanceInfo> instances,
               std::string base, bool gzip)
      : retrieval_(retrieval), instances_(std::move(instances)), base_(std::move(base)) {
    if (gzip) gzip_.emplace();
  }

  Result<size_t> read(std::span<uint8_t> space) {
    while (at_ == ready_.size() && !ended_) XL_CHECK(make_more());
    const size_t n = std::min(space.size(), ready_.size() - at_);
    std::copy_n(as_bytes(ready_).begin() + static_cast<std::ptrdiff_t>(at_), n, space.begin());
    at_ += n;
    return n;
  }

private:
  Result<void> make_more() {
    ready_.clear();
    at_ = 0;
    const auto page = std::span(instances_).subspan(next_, std::min(kPage, instances_.size() - next_));
    XL_TRY(const std::vector<std::string> texts, retrieval_.attributes(page));
    std::string text;
    for (size_t i = 0; i < page.size(); ++i) {
      text += next_ + i == 0 ? "[" : ",";
      append_with_bulk_urls(texts[i], url_of(base_, page[i]) + "/bulkdata/", text);
    }
    next_ += page.size();
    ended_ = next_ == instances_.size();
    if (ended_) text += "]";
    if (!gzip_) {
      ready_ = std::move(text);
      return {};
    }
    gzip_->add(text, ready_);
    if (ended_) gzip_->finish(ready_);
    return {};
  }

  const archive::Retrieval& retrieval_;
  std::vector<archive::InstanceInfo> instances_;
  std::string base_, ready_;
  size_t at_ = 0, next_ = 0;
  bool ended_ = false;
  std::optional<Gzip> gzip_;
};

}  // namespace

http::Response DicomWeb::Impl::metadata(const http::Request& request, const trust::Access& access) const {
  const auto selection = selection_of(request);
  if (!selection) return fail(request, selection.error());
  if (!accepts_json(request))
    return fail(request, Error(kNotAcceptable, "metadata is offered as application/dicom+json"));
  auto found = rooms.retrieval.find(access, *selection, "metadata");
  if (!found) return fail(request, found.error());
  const bool gzip = accepts_gzip(request);
  const std::string base = base_url(request);
  const std::string etag = '"' + digest_of(*found, "metadata " + base + (gzip ? " gzip" : "")) + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  http::Response out;
  out.set("Content-Type", "application/dicom+json").set("ETag", etag).set("Vary", "Accept, Accept-Encoding");
  if (gzip) out.set("Content-Encoding", "gzip");
  const bool small = found->size() <= kAtOnce;
  const auto text = std::make_shared<MetadataText>(rooms.retrieval, std::move(*found), base, gzip);
  if (!small) {
    out.source.read = [text](std::span<uint8_t> space) { return text->read(space); };
    return out;
  }
  std::vector<uint8_t> space(256 * 1024);
  for (;;) {
    const auto n = text->read(space);
    if (!n) return fail(request, n.error());
    if (*n == 0) return out;
    out.body.append(as_text(std::span(space).first(*n)));
  }
}

}  // namespace xinglin::dicomweb
