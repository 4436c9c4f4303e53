#include "core/archive/detail/attributes.h"

#include "base/packed_text.h"
#include "core/archive/archive.h"
#include "core/archive/detail/usual_header.h"

namespace xinglin::archive {

namespace {

constexpr size_t kHeaderMax = 32 * 1024 - 512;  // more is out of reach of the packing

#define XL_ATTRIBUTES                                                     \
  "SELECT a.json, a.packed, i.series FROM archive_instance i CROSS JOIN " \
  "archive_attributes a ON a.instance = i.id WHERE "
constexpr std::string_view kOfUid = XL_ATTRIBUTES "i.uid = ?1";
constexpr std::string_view kOfId = XL_ATTRIBUTES "i.id = ?1";
constexpr std::string_view kOfSeries =
    XL_ATTRIBUTES "i.id = (SELECT min(id) FROM archive_instance WHERE series = ?1 AND deleted = 0)";
constexpr std::string_view kOfStudy = XL_ATTRIBUTES
    "i.id = (SELECT min(id) FROM archive_instance WHERE series = "
    "(SELECT min(id) FROM archive_series WHERE study = ?1 AND instance_count > 0) AND deleted = 0)";
#undef XL_ATTRIBUTES
constexpr std::string_view kHeader = "SELECT packed FROM archive_series_header WHERE series = ?1";

// "" when there is none: then nothing of the series is packed.
Result<std::string> header_of(sql::Session& session, int64_t series) {
  auto row = session.query(kHeader, series);
  if (row.next()) return unpack_text(row.blob(0), kUsualHeader);
  XL_CHECK(row.status());
  return std::string();
}

}  // namespace

Result<void> insert_attributes(sql::Tx& tx, int64_t instance, int64_t series, std::string_view json) {
  XL_TRY(std::string header, header_of(tx, series));
  if (header.empty()) {
    header = json.substr(0, kHeaderMax);
    const auto packed = pack_text(header, kUsualHeader);
    XL_CHECK(tx.run("INSERT INTO archive_series_header (series, packed) VALUES (?1, ?2)", series,
                    std::span<const uint8_t>(packed)));
  }
  std::vector<uint8_t> packed;  // empty: the header itself
  if (json != header) packed = pack_text(json, header);
  XL_CHECK(tx.run("INSERT INTO archive_attributes (instance, json, packed) VALUES (?1, '', ?2)", instance,
                  std::span<const uint8_t>(packed)));
  return {};
}

Result<std::string> AttributesReader::take(sql::Query row) {
  if (!row.next()) {
    XL_CHECK(row.status());
    return std::string();
  }
  if (row.is_null(1)) return std::string(row.text(0));
  if (const int64_t series = row.integer(2); series != series_) {
    XL_TRY(header_, header_of(session_, series));
    series_ = series;
  }
  if (row.blob(1).empty()) return header_;
  return unpack_text(row.blob(1), header_);
}

Result<std::string> AttributesReader::of_uid(std::string_view sop_instance) {
  XL_TRY(std::string out, take(session_.query(kOfUid, sop_instance)));
  if (out.empty()) return Error(kNoInstance);
  return out;
}

Result<std::string> AttributesReader::of_id(int64_t instance) {
  return take(session_.query(kOfId, instance));
}

Result<std::string> AttributesReader::of_first_in_series(int64_t series) {
  return take(session_.query(kOfSeries, series));
}

Result<std::string> AttributesReader::of_first_in_study(int64_t study) {
  return take(session_.query(kOfStudy, study));
}

}  // namespace xinglin::archive
