#include <algorithm>

#include "codec/fhir/outcome.h"
#include "core/record/ndjson.h"
#include "core/trust/delegation.h"
#include "service/bulk/detail/impl.h"

namespace xinglin::bulk {
namespace {

constexpr size_t kGroupLines = 500, kGroupBytes = 8 << 20, kLineBytesMax = 4 << 20, kInputsMax = 1000;
constexpr size_t kReadBytes = 1 << 20;

// Which input, how many bytes and lines of it are stored.
struct Place {
  size_t input = 0;
  uint64_t bytes = 0;
  int64_t lines = 0;
};

json::object to_json(const Place& place) {
  return {{"input", static_cast<int64_t>(place.input)},
          {"bytes", static_cast<int64_t>(place.bytes)},
          {"lines", place.lines}};
}

Place place_from(const std::string& text) {
  const auto value = json::parse(text);
  if (!value || !value->is_object()) return {};
  const auto number = [&](const char* name) {
    const json::value* found = json::find(value->get_object(), name);
    return found && found->is_int64() ? found->get_int64() : 0;
  };
  return {static_cast<size_t>(number("input")), static_cast<uint64_t>(number("bytes")), number("lines")};
}

Result<std::vector<ImportInput>> inputs_from(const std::string& text) {
  XL_TRY(const json::value value, json::parse(text));
  std::vector<ImportInput> out;
  if (const json::array* inputs = value.if_array())
    for (const json::value& input : *inputs)
      if (input.is_object())
        out.push_back({std::string(json::find_string(input.get_object(), "type").value_or("")),
                       std::string(json::find_string(input.get_object(), "url").value_or(""))});
  return out;
}

std::string inputs_text(const std::vector<ImportInput>& inputs) {
  json::array out;
  for (const ImportInput& input : inputs)
    out.push_back(json::object{{"type", input.type}, {"url", input.url}});
  return json::serialize(json::value(std::move(out)));
}

struct Group {
  std::vector<std::string> lines;
  uint64_t end = 0;  // bytes of the file up to here
};

// The next lines of a blob; a line without its end is the last. One that is too long is cut, so that it is
// refused as a line and the rest of the file is read all the same.
Result<Group> next_group(const blob::BlobStore::Reader& reader, uint64_t from) {
  Group out;
  out.end = from;
  std::string line;
  std::vector<uint8_t> space(kReadBytes);
  uint64_t at = from;
  size_t taken = 0;
  while (out.lines.size() < kGroupLines && taken < kGroupBytes) {
    XL_TRY(const size_t got, reader.read_at(at, space));
    const std::string_view piece(reinterpret_cast<const char*>(space.data()), got);
    size_t begin = 0;
    for (size_t end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n', begin)) {
      line.append(piece.substr(begin, end - begin));
      begin = end + 1;
      out.end = at + begin;
      taken += line.size() + 1;
      out.lines.push_back(std::move(line));
      line.clear();
      if (out.lines.size() >= kGroupLines || taken >= kGroupBytes) return out;
    }
    if (line.size() <= kLineBytesMax) line.append(piece.substr(begin));
    at += got;
    if (got == 0) {
      if (!line.empty()) out.lines.push_back(std::move(line));
      out.end = at;
      return out;
    }
  }
  return out;
}

}  // namespace

Result<std::string> Bulk::start_import(const trust::Access& access, const std::vector<ImportInput>& inputs,
                                       const std::string& url) {
  Impl& impl = *impl_;
  if (!access.may(trust::Permission::Ingest)) XL_CHECK(access.require(trust::Permission::WriteClinical));
  XL_TRY(const json::object owner, trust::Delegation::remember(access));
  if (inputs.empty() || inputs.size() > kInputsMax)
    return Error(kBadRequest, "an import names 1 to " + std::to_string(kInputsMax) + " inputs");
  for (const ImportInput& input : inputs) {
    if (!input.type.empty() && !record::Record::is_known_type(input.type))
      return Error(kBadRequest, "'" + input.type.substr(0, 100) + "' is not a resource type offered here");
    if (!impl.options.fetch) return Error(kNotOffered, "imports by URL are not offered");
    if (impl.options.may_fetch) XL_CHECK(impl.options.may_fetch(input.url));
  }
  Impl::Row row;
  row.job.id = impl.rooms.record.new_id();
  row.job.kind = "import";
  row.job.who = access.who();
  row.job.url = url;
  row.job.created_at = impl.rooms.clock.now();
  row.job.progress = "0 of " + std::to_string(inputs.size()) + " files";
  row.owner = json::serialize(owner);
  row.request = inputs_text(inputs);
  row.position = json::serialize(to_json(Place{}));
  XL_CHECK(impl.rooms.store.write([&](sql::Tx& tx) { return impl.start(tx, access, row); }));
  return row.job.id;
}

Result<std::unique_ptr<Bulk::Upload>> Bulk::begin_upload(const trust::Access& access) {
  if (!access.may(trust::Permission::Ingest)) XL_CHECK(access.require(trust::Permission::WriteClinical));
  XL_CHECK(impl_->rooms.store.read([&](sql::Session& session) { return impl_->check_room(session); }));
  XL_TRY(blob::BlobStore::Writer writer, impl_->rooms.blobs.begin());
  return std::make_unique<Upload>(std::move(writer));
}

Result<std::string> Bulk::start_import(const trust::Access& access, Upload& upload, const std::string& type,
                                       const std::string& url) {
  Impl& impl = *impl_;
  if (!type.empty() && !record::Record::is_known_type(type))
    return Error(kBadRequest, "'" + type.substr(0, 100) + "' is not a resource type offered here");
  XL_TRY(const json::object owner, trust::Delegation::remember(access));
  Impl::Row row;
  row.job.id = impl.rooms.record.new_id();
  row.job.kind = "import";
  row.job.who = access.who();
  row.job.url = url;
  row.job.created_at = impl.rooms.clock.now();
  row.job.progress = "0 of 1 files";
  row.owner = json::serialize(owner);
  row.request = inputs_text({{type, ""}});
  row.position = json::serialize(to_json(Place{}));
  const auto bytes = static_cast<int64_t>(upload.writer_.size_bytes());
  XL_TRY(const blob::BlobRef blob, upload.writer_.commit(impl.blob_key(row.job.id, 1)));
  const auto started = impl.rooms.store.write([&](sql::Tx& tx) -> Result<void> {
    XL_CHECK(impl.add_file(tx, row.job.id, "input", {1, type, 0, bytes, blob}));
    return impl.start(tx, access, row);
  });
  if (started) return row.job.id;
  XL_CHECK(impl.rooms.blobs.remove(blob.key));
  return started.error();
}

namespace {

// Brings what is behind a URL in as a blob; an interrupted download begins again.
Result<File> bring_in(Bulk::Impl& impl, const std::string& job, int64_t number, const ImportInput& input) {
  XL_TRY(blob::BlobStore::Writer writer, impl.rooms.blobs.begin());
  XL_CHECK(impl.options.fetch(input.url, [&](std::span<const uint8_t> bytes) -> Result<void> {
    if (static_cast<int64_t>(writer.size_bytes() + bytes.size()) > impl.options.input_bytes_max)
      return Error(errors::kTooLarge, "a file of an import is larger than allowed");
    return writer.write(bytes);
  }));
  File out{number, input.type, 0, static_cast<int64_t>(writer.size_bytes()), {}};
  XL_TRY(out.blob, writer.commit(impl.blob_key(job, number)));
  XL_CHECK(impl.rooms.store.write([&](sql::Tx& tx) { return impl.add_file(tx, job, "input", out); }));
  return out;
}

Result<void> keep_errors(sql::Tx& tx, const std::string& job, const Place& place,
                         const std::vector<record::LineError>& errors, int64_t room) {
  for (const record::LineError& error : errors) {
    if (room-- <= 0) break;
    json::object outcome = fhir::operation_outcome(error.error, error.issues);
    outcome["extension"] =
        json::array{json::object{{"url", "urn:xinglin:bulk-source"},
                                 {"valueString", "input " + std::to_string(place.input + 1) + ", line " +
                                                     std::to_string(error.line)}}};
    XL_CHECK(tx.run("INSERT OR REPLACE INTO bulk_error VALUES (?1, ?2, ?3, ?4)", job,
                    static_cast<int64_t>(place.input), error.line, json::serialize(outcome)));
  }
  return {};
}

std::string progress_of(const Place& place, size_t inputs, uint64_t size) {
  std::string out = std::to_string(place.input) + " of " + std::to_string(inputs) + " files";
  if (place.input < inputs && size > 0)
    out += ", " + std::to_string(place.bytes * 100 / size) + " % of the next";
  return out;
}

}  // namespace

// Lines that were stored before a crash and not yet counted are found known: the content is the same.
Result<void> Bulk::Impl::run_import(Row row) {
  XL_TRY(const std::vector<ImportInput> inputs, inputs_from(row.request));
  XL_TRY(const trust::Access access,
         rooms.store.read([&](sql::Session& session) { return owner_of(session, row); }));
  Place place = place_from(row.position);
  if (place.input >= inputs.size()) return end(row.job.id, "done", "");
  XL_TRY(const std::vector<File> files,
         rooms.store.read([&](sql::Session& session) { return files_of(session, row.job.id, "input"); }));
  const auto number = static_cast<int64_t>(place.input) + 1;
  const auto known =
      std::find_if(files.begin(), files.end(), [&](const File& file) { return file.number == number; });
  File file;
  if (known != files.end()) {
    file = *known;
  } else {
    XL_TRY(file, bring_in(*this, row.job.id, number, inputs[place.input]));
  }
  XL_TRY(const blob::BlobStore::Reader reader, rooms.blobs.reader(file.blob));
  const int64_t end_us = rooms.clock.monotonic_us() + options.slice_us;
  bool last = false;
  while (!last) {
    XL_TRY(const Group group, next_group(reader, place.bytes));
    XL_TRY(const record::StoredLines stored,
           record::write_lines(
               rooms.record, access,
               record::prepare_lines(rooms.record, group.lines, place.lines + 1,
                                     {.type = inputs[place.input].type, .line_bytes_max = kLineBytesMax})));
    const Place was = place;
    place.bytes = group.end;
    place.lines += static_cast<int64_t>(group.lines.size());
    const int64_t room = options.errors_max - row.job.refused;
    row.job.resources += stored.stored + stored.known;
    row.job.refused += static_cast<int64_t>(stored.errors.size());
    if (place.bytes >= file.blob.size_bytes) place = {place.input + 1, 0, 0};
    last = place.input != was.input || rooms.clock.monotonic_us() >= end_us;
    row.job.progress = progress_of(place, inputs.size(), file.blob.size_bytes);
    row.position = json::serialize(to_json(place));
    if (place.input >= inputs.size()) {
      row.job.state = "done";
      row.job.ended_at = rooms.clock.now();
      row.job.expires_at = rooms.clock.now() + options.keep_us;
    }
    bool cancelled = false;
    const Result<void> saved = rooms.store.write([&](sql::Tx& tx) -> Result<void> {
      const auto now = this->row(tx, row.job.id);
      cancelled = !now || now->job.state != "running";
      if (cancelled) return {};
      XL_CHECK(keep_errors(tx, row.job.id, was, stored.errors, room));
      return save(tx, row);
    });
    if (!saved) return saved.error();
    if (cancelled) return {};
  }
  return {};
}

}  // namespace xinglin::bulk
