// QIDO-RS (PS3.18 10.6): parameters to the search of the archive, rows to DICOM JSON.
#include <algorithm>
#include <charconv>

#include "base/gzip.h"
#include "edge/dicomweb/detail/impl.h"
#include "edge/dicomweb/detail/keywords.h"

namespace xinglin::dicomweb {

namespace {

using http::Request;
using http::Response;

constexpr size_t kGzipBytesMin = 1024;  // less is one packet anyway
constexpr dicom::Tag kStudyUid{0x0020, 0x000D}, kSeriesUid{0x0020, 0x000E};

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> out;
  for (size_t start = 0; start <= text.size();) {
    const size_t cut = std::min(text.find(mark, start), text.size());
    out.push_back(text.substr(start, cut - start));
    start = cut + 1;
  }
  return out;
}

Result<int64_t> number(const http::Parameter& parameter) {
  int64_t out = 0;
  const char* end = parameter.value.data() + parameter.value.size();
  const auto [stop, error] = std::from_chars(parameter.value.data(), end, out);
  if (error == std::errc() && stop == end && out >= 0) return out;
  return Error(kBadRequest, parameter.name + " must be a number, 0 or more");
}

Result<dicom::Tag> tag(std::string_view text) {
  const auto found = tag_of(text);
  if (!found)
    return Error(kBadRequest,
                 "'" + std::string(text) + "' is neither a parameter nor an attribute known here");
  return *found;
}

// "PatientID", "00100020", or a path into sequences split by dots.
Result<archive::SearchKey> key_of(std::string_view path, std::string_view value) {
  const size_t dot = path.find('.');
  archive::SearchKey out;
  XL_TRY(out.tag, tag(path.substr(0, dot)));
  if (dot != std::string_view::npos) {
    XL_TRY(archive::SearchKey inner, key_of(path.substr(dot + 1), value));
    out.item.push_back(std::move(inner));
    return out;
  }
  out.value = value;
  // A list of UIDs is split by commas here (PS3.18 8.3.4.4), by backslashes in the search.
  if (is_uid_attribute(out.tag)) std::replace(out.value.begin(), out.value.end(), ',', '\\');
  return out;
}

Result<void> take_fields(archive::Query& query, std::string_view list) {
  for (const std::string_view one : split(list, ',')) {
    if (one == "all") {
      query.fields = archive::Fields::All;
      continue;
    }
    if (one.empty()) continue;
    XL_TRY(const dicom::Tag wanted, tag(one.substr(0, one.find('.'))));
    query.include.push_back(wanted);
  }
  return {};
}

Result<archive::Query> query_of(const Request& request, const archive::Selection& within,
                                archive::Level level) {
  archive::Query out;
  out.level = level;
  out.limit = archive::SearchLimits().rows_max;
  for (const http::Parameter& parameter : request.query) {
    if (parameter.name == "limit") {
      XL_TRY(out.limit, number(parameter));
    } else if (parameter.name == "offset") {
      XL_TRY(out.offset, number(parameter));
    } else if (parameter.name == "fuzzymatching") {
      if (parameter.value != "true" && parameter.value != "false")
        return Error(kBadRequest, "fuzzymatching is true or false");
      out.fuzzy = parameter.value == "true";
    } else if (parameter.name == "includefield") {
      XL_CHECK(take_fields(out, parameter.value));
    } else if (parameter.name != "accept") {
      XL_TRY(archive::SearchKey key, key_of(parameter.name, parameter.value));
      const bool twice = std::any_of(out.keys.begin(), out.keys.end(), [&](const auto& other) {
        return other.tag == key.tag && key.item.empty();
      });
      if (twice) return Error(kBadRequest, parameter.name + " is given twice");
      out.keys.push_back(std::move(key));
    }
  }
  for (const auto& [at, uid] :
       {std::pair{kStudyUid, within.study.str()}, {kSeriesUid, within.series.str()}}) {
    if (uid.empty()) continue;
    for (const archive::SearchKey& key : out.keys)
      if (key.tag == at && key.value != uid)
        return Error(kBadRequest, "the UID of the path is searched for otherwise");
    std::erase_if(out.keys, [at = at](const auto& key) { return key.tag == at; });
    out.keys.push_back({at, uid});
  }
  return out;
}

std::string uid_in(const json::object& row, const char* key, const std::string& otherwise) {
  if (!otherwise.empty()) return otherwise;
  const json::object* attribute = json::find_object(row, key);
  const json::array* values = attribute ? json::find_array(*attribute, "Value") : nullptr;
  if (values == nullptr || values->empty() || !values->front().is_string()) return "";
  return std::string(std::string_view(values->front().get_string()));
}

// The row with where it is retrieved from (0008,1190), in its place among the tags.
void append_row(const json::object& row, const std::string& base, const archive::Selection& within,
                archive::Level level, std::string& out) {
  constexpr std::string_view kRetrieveUrl = "00081190";
  std::string url = base + "/studies/" + uid_in(row, "0020000D", within.study.str());
  if (level != archive::Level::Study) url += "/series/" + uid_in(row, "0020000E", within.series.str());
  if (level == archive::Level::Instance) url += "/instances/" + uid_in(row, "00080018", "");
  const json::object retrieve{{"vr", "UR"}, {"Value", json::array{json::value(url)}}};
  json::object sorted;
  for (const auto& [name, attribute] : row) {
    if (std::string_view(name) > kRetrieveUrl && !sorted.contains(kRetrieveUrl))
      sorted[kRetrieveUrl] = retrieve;
    sorted[name] = attribute;
  }
  if (!sorted.contains(kRetrieveUrl)) sorted[kRetrieveUrl] = retrieve;
  append_with_bulk_urls(json::serialize(sorted), url + "/bulkdata/", out);
}

// PS3.18 8.3.4.1 and 10.6.1.2: what the caller must know about a result that is not all it asked for.
std::string warning_of(const archive::Page& page, std::string_view host) {
  std::string out;
  if (!page.not_matched.empty()) {
    out = "these attributes are not searched by and were ignored:";
    for (const dicom::Tag& tag : page.not_matched) out += " " + tag.str();
  }
  if (page.short_of_limit)
    out += std::string(out.empty() ? "" : "; ") + "the search was too wide and was cut short";
  if (!page.next.empty() && !page.short_of_limit)
    out += std::string(out.empty() ? "" : "; ") + "there are more results; ask with limit and offset";
  return out.empty() ? "" : "299 " + std::string(host) + " \"" + out + "\"";
}

}  // namespace

Response DicomWeb::Impl::search(const Request& request, const trust::Access& access,
                                archive::Level level) const {
  const auto within = selection_of(request);
  if (!within) return fail(request, within.error());
  if (!accepts_json(request))
    return fail(request, Error(kNotAcceptable, "search results are offered as application/dicom+json"));
  const auto query = query_of(request, *within, level);
  if (!query) return fail(request, query.error());
  const auto page = rooms.search.run(access, *query);
  if (!page) return fail(request, page.error());
  Response out;
  const std::string warning = warning_of(*page, request.header("host"));
  if (!warning.empty()) out.set("Warning", warning);
  if (page->rows.empty()) {
    out.status = 204;
    return out;
  }
  out.set("Content-Type", "application/dicom+json").set("Vary", "Accept, Accept-Encoding");
  const std::string base = base_url(request);
  for (const json::object& row : page->rows) {
    out.body += out.body.empty() ? "[" : ",";
    append_row(row, base, *within, level, out.body);
  }
  out.body += "]";
  const bool gzip = out.body.size() > kGzipBytesMin && accepts_gzip(request);
  const std::string etag =
      '"' + to_hex(sha256(as_bytes(out.body))).substr(0, 32) + (gzip ? "-gzip" : "") + '"';
  if (matches_etag(request.header("if-none-match"), etag)) return not_modified(etag);
  out.set("ETag", etag);
  if (!gzip) return out;
  std::string packed;
  Gzip stream;
  stream.add(out.body, packed);
  stream.finish(packed);
  out.body = std::move(packed);
  return out.set("Content-Encoding", "gzip");
}

}  // namespace xinglin::dicomweb
