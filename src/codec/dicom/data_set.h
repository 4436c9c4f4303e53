// DICOM data sets as values: a tree of elements with raw little-endian bytes and typed accessors, read under
// limits and written as explicit VR little endian (PS3.5 7, PS3.10 7). The reader takes implicit LE, explicit
// LE and BE, deflated, and encapsulated pixel data; nothing from outside reaches any other parser before it.
// Text is returned as UTF-8 according to (0008,0005). Pure functions; values may be shared between threads
// while nobody changes them.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/let_go.h"
#include "base/result.h"
#include "base/strong_id.h"

namespace xinglin::dicom {

inline constexpr ErrorCode kNotDicom{"dicom.not-dicom", ErrorKind::Invalid,
                                     "neither a PS3.10 file nor a data set"};
inline constexpr ErrorCode kTruncated{"dicom.truncated", ErrorKind::Invalid,
                                      "the bytes end inside an element"};
inline constexpr ErrorCode kBadLength{"dicom.bad-length", ErrorKind::Invalid,
                                      "a length does not fit its surroundings"};
inline constexpr ErrorCode kBadVr{"dicom.bad-vr", ErrorKind::Invalid,
                                  "a value representation is not of the standard"};
inline constexpr ErrorCode kTooDeep{"dicom.too-deep", ErrorKind::TooLarge,
                                    "sequences are nested beyond the limit"};
inline constexpr ErrorCode kTooMany{"dicom.too-many", ErrorKind::TooLarge,
                                    "more elements or items than the limit"};
inline constexpr ErrorCode kBadTransferSyntax{"dicom.transfer-syntax", ErrorKind::Unsupported,
                                              "the transfer syntax is not of the standard"};

// How this program names itself in files and associations (PS3.7 D.3.3.2): a UUID-derived UID (PS3.5 B.2) and
// a name of at most 16 characters.
inline constexpr std::string_view kImplementationClassUid = "2.25.181120417706225338953414718903377105419";
inline constexpr std::string_view kImplementationVersionName = "XINGLIN_0.1";

struct Tag {
  uint16_t group = 0, element = 0;
  auto operator<=>(const Tag&) const = default;
  std::string str() const;  // (0008,0018)
};

class DataSet;

struct Element {
  Tag tag;
  std::string vr;              // two letters
  std::vector<uint8_t> value;  // little endian; empty for sequences
  std::vector<DataSet> items;  // for SQ
  size_t declared_length = 0;  // of a value that was skipped by the reader (see Limits::value_bytes_kept)
  bool skipped = false;
  size_t offset = 0;  // of a skipped value, from the first byte that was read (the inflated data set)
  bool encapsulated =
      false;  // pixel data in fragments: `value` is the items as they came, without the delimiter
};

class DataSet {
public:
  const Element* find(Tag tag) const;
  // Text of the first value / of all values, UTF-8, padding removed. Empty when absent.
  std::string text(Tag tag) const;
  std::vector<std::string> texts(Tag tag) const;
  std::optional<int64_t> integer(Tag tag, size_t index = 0) const;  // US SS UL SL UV SV IS
  std::optional<double> number(Tag tag, size_t index = 0) const;    // the above, FL FD DS
  std::span<const DataSet> items(Tag tag) const;                    // of a sequence; empty when absent

  void set_text(Tag tag, std::string_view vr, std::string_view utf8);  // several values joined by '\'
  void set_integer(Tag tag, std::string_view vr, std::initializer_list<int64_t> values);
  void set_number(Tag tag, std::string_view vr, std::initializer_list<double> values);  // FL FD DS
  void set_bytes(Tag tag, std::string_view vr, std::vector<uint8_t> little_endian);
  DataSet& add_item(
      Tag tag);  // appends an item to the sequence; the reference is good until the next add_item of it
  void erase(Tag tag);
  const std::map<Tag, Element>& elements() const { return elements_; }
  std::map<Tag, Element>& elements() { return elements_; }

  // The value of (0008,0005) that applies here: its own, or that of the data set it is an item of. A data set
  // made here is UTF-8.
  std::string charset() const;
  // All text, also of items, in UTF-8, and declared so.
  void convert_to_utf8();
  // True when some text does not fit its declared character set: it then reads as Latin-1.
  bool has_undecodable_text() const;

private:
  friend struct CharsetAccess;
  std::map<Tag, Element> elements_;
  std::string inherited_charset_ = "ISO_IR 192";
};

struct Limits {
  size_t depth_max = 16;
  size_t elements_max = 200'000;
  size_t items_max = 50'000;
  size_t inflated_bytes_max = 512u << 20;
  size_t inflate_ratio_max = 1000;  // above the first 16 MiB
  size_t value_bytes_kept =
      SIZE_MAX;  // longer values are skipped (still length-checked): index reading keeps 64 KiB
  bool stop_at_pixel_data = false;  // index reading: (7FE0,xxxx) is checked for length, not kept
  LetGo let_go = {};                // of fragments that are not kept
};

struct File {
  bool had_preamble = false;
  TransferSyntaxUid transfer_syntax;
  DataSet meta;  // group 0002
  DataSet data_set;
  size_t data_set_offset = 0;
};

// A PS3.10 file; files without preamble (a bare data set, explicit or implicit LE) are accepted.
Result<File> parse_file(std::span<const uint8_t> bytes, const Limits& limits = {});
Result<DataSet> parse_data_set(std::span<const uint8_t> bytes, const TransferSyntaxUid& syntax,
                               const Limits& limits = {});
// Explicit VR little endian, defined lengths, even padding; UTF-8 is declared when text needs it.
std::vector<uint8_t> write_data_set(const DataSet& data_set);
// Preamble, meta information (implementation class UID and version of this program) and the data set.
std::vector<uint8_t> write_file(const DataSet& data_set);
// The same in any syntax of the standard: implicit VR, big endian, deflated, or the explicit VR little endian
// that every encapsulated syntax has around its fragments. The pixel data is written as it is held: the
// caller has made it fit the syntax (codec/pixel).
Result<std::vector<uint8_t>> write_data_set(const DataSet& data_set, const TransferSyntaxUid& syntax);
Result<std::vector<uint8_t>> write_file(const DataSet& data_set, const TransferSyntaxUid& syntax);
// Preamble and meta information for a data set that is written as received in `syntax`.
std::vector<uint8_t> write_meta(const SopClassUid& sop_class, const SopInstanceUid& sop_instance,
                                const TransferSyntaxUid& syntax, std::string_view source_ae);
bool is_known_transfer_syntax(std::string_view uid);
std::span<const std::string_view> known_transfer_syntaxes();
bool is_valid_uid(std::string_view uid);  // PS3.5 9.1

// Every storage SOP class of the standard (PS3.4 B.5, and retired ones that old devices still send).
struct StorageClass {
  std::string_view uid, name;
};
std::span<const StorageClass> storage_classes();
bool is_storage_class(std::string_view uid);

}  // namespace xinglin::dicom
