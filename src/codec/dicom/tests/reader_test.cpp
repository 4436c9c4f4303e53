#include <gtest/gtest.h>
#include <zlib.h>

#include "codec/dicom/data_set.h"
#include "codec/dicom/tests/build.h"

namespace xinglin::dicom {
namespace {

using test::Build;
const TransferSyntaxUid kImplicit{"1.2.840.10008.1.2"}, kExplicit{"1.2.840.10008.1.2.1"},
    kBig{"1.2.840.10008.1.2.2"}, kDeflated{"1.2.840.10008.1.2.1.99"};
constexpr Tag kStudy{0x0020, 0x000D}, kReferenced{0x0008, 0x1140}, kRows{0x0028, 0x0010},
    kPixels{0x7FE0, 0x0010};

std::string_view code_of(const Result<DataSet>& result) {
  return result.ok() ? "ok" : result.error().code().name;
}

std::vector<uint8_t> deflate_raw(const std::vector<uint8_t>& bytes) {
  z_stream state{};
  EXPECT_EQ(deflateInit2(&state, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::vector<uint8_t> out(deflateBound(&state, bytes.size()));
  state.next_in = const_cast<Bytef*>(bytes.data());
  state.avail_in = static_cast<uInt>(bytes.size());
  state.next_out = out.data();
  state.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&state, Z_FINISH), Z_STREAM_END);
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

TEST(Reader, implicit_little_endian_takes_types_from_the_dictionary) {
  Build b(false);
  b.text(0x0020, 0x000D, "", std::string("1.2.3\0", 6)).header(0x0028, 0x0010, "", 2).u16(512);
  b.header(0x0028, 0x0103, "", 2).u16(1).header(0x0028, 0x0106, "", 2).u16(0xFFFF);
  b.text(0x0009, 0x0010, "", "MAKER ").text(0x0009, 0x1001, "", "ab");
  const auto in = parse_data_set(b.bytes(), kImplicit);
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_EQ(in->text(kStudy), "1.2.3");
  EXPECT_EQ(in->integer(kRows), 512);
  EXPECT_EQ(in->integer({0x0028, 0x0106}), -1);
  EXPECT_EQ(in->text({0x0009, 0x0010}), "MAKER");
  EXPECT_EQ(in->find({0x0009, 0x1001})->vr, "UN");
}

TEST(Reader, explicit_big_endian_values_become_little_endian) {
  Build b(true, true);
  b.header(0x0028, 0x0010, "US", 2).u16(0x0201).header(0x0028, 0x0009, "AT", 4).u16(0x0018).u16(0x1063);
  b.header(0x7FE0, 0x0010, "OW", 4).u16(0x0102).u16(0x0304);
  const auto in = parse_data_set(b.bytes(), kBig);
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_EQ(in->integer(kRows), 0x0201);
  EXPECT_EQ(in->find({0x0028, 0x0009})->value, (std::vector<uint8_t>{0x18, 0, 0x63, 0x10}));
  EXPECT_EQ(in->find(kPixels)->value, (std::vector<uint8_t>{2, 1, 4, 3}));
}

TEST(Reader, sequences_of_every_length_form) {
  Build b;
  b.header(0x0008, 0x1140, "SQ", 0xFFFFFFFF).item().text(0x0008, 0x1155, "UI", "1.2 ").item_end();
  b.item(12).text(0x0008, 0x1155, "UI", "1.3 ").sequence_end();
  b.header(0x0008, 0x1150, "UI", 0);
  b.header(0x0040, 0xA730, "SQ", 20).item(12).text(0x0040, 0xA121, "DA", "2026");
  const auto in = parse_data_set(b.bytes(), kExplicit);
  ASSERT_TRUE(in.ok()) << in.error().message();
  ASSERT_EQ(in->items(kReferenced).size(), 2u);
  EXPECT_EQ(in->items(kReferenced)[1].text({0x0008, 0x1155}), "1.3");
  EXPECT_EQ(in->items({0x0040, 0xA730})[0].text({0x0040, 0xA121}), "2026");
}

TEST(Reader, unknown_of_undefined_length_is_read_as_implicit) {
  Build b;
  b.header(0x0029, 0x1010, "UN", 0xFFFFFFFF).item();
  Build inner(false);
  inner.text(0x0020, 0x000D, "", "1.2.").text(0x0008, 0x0060, "", "CT");
  b.raw({reinterpret_cast<const char*>(inner.bytes().data()), inner.bytes().size()})
      .item_end()
      .sequence_end();
  b.text(0x0040, 0x0254, "LO", "ab");
  const auto in = parse_data_set(b.bytes(), kExplicit);
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_EQ(in->items({0x0029, 0x1010})[0].text({0x0008, 0x0060}), "CT");
  EXPECT_EQ(in->text({0x0040, 0x0254}), "ab");
}

// Of a large object, in order and without a gap, so that its file need not stay in memory; never of what was
// inflated, which is not the caller's.
TEST(Reader, fragments_that_were_passed_are_let_go) {
  DataSet image;
  Element pixels;
  pixels.tag = kPixels;
  pixels.vr = "OB";
  pixels.encapsulated = true;
  constexpr uint32_t kFragment = 3u << 20;
  for (int i = 0; i <= 12; ++i) {
    const uint32_t length = i == 0 ? 0 : kFragment;
    const uint8_t item[] = {0xFE, 0xFF, 0x00, 0xE0, 0, 0, static_cast<uint8_t>(length >> 16), 0};
    pixels.value.insert(pixels.value.end(), std::begin(item), std::end(item));
    pixels.value.resize(pixels.value.size() + length);
  }
  image.elements().emplace(kPixels, pixels);
  std::vector<std::span<const uint8_t>> told;
  Limits limits;
  limits.stop_at_pixel_data = true;
  limits.let_go = [&](std::span<const uint8_t> part) { told.push_back(part); };
  const auto bytes = write_data_set(image, TransferSyntaxUid("1.2.840.10008.1.2.4.50"));
  ASSERT_TRUE(parse_data_set(*bytes, TransferSyntaxUid("1.2.840.10008.1.2.4.50"), limits).ok());
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].data() + told[0].size(), told[1].data());
  EXPECT_GT(told[0].size() + told[1].size(), size_t{10} * kFragment);
  EXPECT_LT(told[1].data() + told[1].size(), bytes->data() + bytes->size());
  told.clear();
  image.elements()[kPixels].encapsulated = false;
  const auto deflated = write_data_set(image, TransferSyntaxUid("1.2.840.10008.1.2.1.99"));
  ASSERT_TRUE(deflated.ok());
  ASSERT_TRUE(parse_data_set(*deflated, TransferSyntaxUid("1.2.840.10008.1.2.1.99"), limits).ok());
  limits.stop_at_pixel_data = false;
  ASSERT_TRUE(parse_data_set(*bytes, TransferSyntaxUid("1.2.840.10008.1.2.4.50"), limits).ok());
  EXPECT_TRUE(told.empty());
}

TEST(Reader, encapsulated_pixel_data_is_kept_or_skipped) {
  Build b;
  b.header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0).item(4).raw("abcd").sequence_end();
  b.text(0xFFFC, 0xFFFC, "OB", "");
  const auto in = parse_data_set(b.bytes(), TransferSyntaxUid("1.2.840.10008.1.2.4.50"));
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_TRUE(in->find(kPixels)->encapsulated);
  EXPECT_EQ(in->find(kPixels)->value.size(), 20u);
  const auto again = parse_data_set(write_data_set(*in), kExplicit);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->find(kPixels)->value, in->find(kPixels)->value);
  Limits index;
  index.stop_at_pixel_data = true;
  const auto skipped = parse_data_set(b.bytes(), kExplicit, index);
  ASSERT_TRUE(skipped.ok());
  EXPECT_TRUE(skipped->find(kPixels)->skipped);
  EXPECT_EQ(skipped->find(kPixels)->declared_length, 20u);
}

TEST(Reader, long_values_are_skipped_under_an_index_limit) {
  Build b;
  b.text(0x0042, 0x0011, "OB", std::string(1000, 'x')).text(0x0042, 0x0012, "LO", "pdf ");
  Limits limits;
  limits.value_bytes_kept = 100;
  const auto in = parse_data_set(b.bytes(), kExplicit, limits);
  ASSERT_TRUE(in.ok());
  EXPECT_TRUE(in->find({0x0042, 0x0011})->skipped);
  EXPECT_EQ(in->find({0x0042, 0x0011})->declared_length, 1000u);
  EXPECT_EQ(in->text({0x0042, 0x0012}), "pdf");
}

TEST(Reader, odd_lengths_are_tolerated) {
  Build b;
  b.text(0x0010, 0x0010, "PN", "Doe").text(0x0010, 0x0020, "LO", "1");
  const auto in = parse_data_set(b.bytes(), kExplicit);
  ASSERT_TRUE(in.ok());
  EXPECT_EQ(in->text({0x0010, 0x0020}), "1");
}

TEST(Reader, deflated_data_sets_are_inflated_under_limits) {
  Build b;
  b.text(0x0010, 0x0020, "LO", "4711").text(0x7FE0, 0x0010, "OB", std::string(20u << 20, '\0'));
  const auto packed = deflate_raw(b.bytes());
  const auto in = parse_data_set(packed, kDeflated);
  ASSERT_TRUE(in.ok()) << in.error().message();
  EXPECT_EQ(in->text({0x0010, 0x0020}), "4711");
  Limits small;
  small.inflated_bytes_max = 1u << 20;
  EXPECT_EQ(code_of(parse_data_set(packed, kDeflated, small)), "base.too-large");
  Limits narrow;
  narrow.inflate_ratio_max = 100;
  EXPECT_EQ(code_of(parse_data_set(packed, kDeflated, narrow)), "base.too-large");
  EXPECT_EQ(code_of(parse_data_set(std::span(packed).first(packed.size() / 2), kDeflated)),
            "dicom.truncated");
}

TEST(Reader, ten_thousand_levels_are_refused_not_followed) {
  for (const bool explicit_vr : {true, false}) {
    Build b(explicit_vr);
    for (int i = 0; i < 10'000; ++i) b.header(0x0008, 0x1140, "SQ", 0xFFFFFFFF).item();
    Limits careless;
    careless.depth_max = SIZE_MAX;
    EXPECT_EQ(code_of(parse_data_set(b.bytes(), explicit_vr ? kExplicit : kImplicit)), "dicom.too-deep");
    EXPECT_EQ(code_of(parse_data_set(b.bytes(), explicit_vr ? kExplicit : kImplicit, careless)),
              "dicom.too-deep");
  }
}

TEST(Reader, counts_are_bounded) {
  Build items;
  items.header(0x0008, 0x1140, "SQ", 0xFFFFFFFF);
  for (int i = 0; i < 20; ++i) items.item(0);
  items.sequence_end();
  Limits limits;
  limits.items_max = 10;
  EXPECT_EQ(code_of(parse_data_set(items.bytes(), kExplicit, limits)), "dicom.too-many");
  Build elements;
  for (unsigned i = 0; i < 20; ++i) elements.text(0x0009, 0x1000 + i, "LO", "");
  limits.elements_max = 10;
  EXPECT_EQ(code_of(parse_data_set(elements.bytes(), kExplicit, limits)), "dicom.too-many");
}

TEST(Reader, wrong_structure_is_named) {
  const auto code = [](const Build& b) { return std::string(code_of(parse_data_set(b.bytes(), kExplicit))); };
  EXPECT_EQ(code(Build().header(0x0010, 0x0010, "PN", 100).raw("abc")), "dicom.truncated");
  EXPECT_EQ(code(Build().header(0x7FE0, 0x0010, "OW", 0xFFFFFFFE).raw("abc")), "dicom.truncated");
  EXPECT_EQ(code(Build().header(0x0040, 0xA160, "UT", 0xFFFFFFFF)), "dicom.bad-length");
  EXPECT_EQ(code(Build().u16(0x0010).u16(0x0010).raw("1\x7f").u16(0)), "dicom.bad-vr");
  EXPECT_EQ(code(Build().item_end()), "dicom.bad-length");
  EXPECT_EQ(code(Build().header(0x0008, 0x1140, "SQ", 8).text(0x0008, 0x0060, "CS", "")), "dicom.bad-length");
  EXPECT_EQ(code(Build().header(0x0008, 0x1140, "SQ", 8).item(100)), "dicom.truncated");
  EXPECT_EQ(code(Build().header(0x0008, 0x1140, "SQ", 0xFFFFFFFF).item(0)), "dicom.truncated");
  EXPECT_EQ(code(Build().header(0x0008, 0x1140, "SQ", 0xFFFFFFFF).item()), "dicom.truncated");
  EXPECT_EQ(code(Build().header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(0xFFFFFFFF)), "dicom.bad-length");
  EXPECT_EQ(code_of(parse_data_set({}, TransferSyntaxUid("1.2.3"))), "dicom.transfer-syntax");
}

TEST(Reader, cut_at_every_byte_it_never_reads_beyond) {
  for (const auto& [syntax, explicit_vr, big] :
       {std::tuple(kImplicit, false, false), std::tuple(kExplicit, true, false),
        std::tuple(kBig, true, true)}) {
    Build b(explicit_vr, big);
    b.text(0x0008, 0x0005, "CS", "ISO_IR 192").header(0x0008, 0x1140, "SQ", 0xFFFFFFFF);
    b.item().text(0x0008, 0x1155, "UI", "1.2.").item_end().sequence_end();
    b.header(0x0028, 0x0010, "US", 2).u16(2).header(0x7FE0, 0x0010, "OB", 0xFFFFFFFF).item(4).raw("abcd");
    b.sequence_end();
    EXPECT_TRUE(parse_data_set(b.bytes(), syntax).ok());
    int readable = 0;
    for (size_t length = 0; length < b.bytes().size(); ++length) {
      const std::vector<uint8_t> exact(b.bytes().begin(), b.bytes().begin() + static_cast<long>(length));
      readable += parse_data_set(exact, syntax).ok();
    }
    EXPECT_EQ(readable, 4);  // only between two top-level elements
  }
}

TEST(File, forms_without_preamble_are_recognised_and_others_refused) {
  const auto bare = Build().text(0x0008, 0x0060, "CS", "CT").bytes();
  EXPECT_EQ(parse_file(bare)->transfer_syntax, kExplicit);
  const auto implicit = Build(false).text(0x0008, 0x0060, "", "CT").bytes();
  EXPECT_EQ(parse_file(implicit)->transfer_syntax, kImplicit);
  EXPECT_EQ(parse_file(implicit)->data_set.text({0x0008, 0x0060}), "CT");
  for (const std::string_view other :
       {std::string_view(""), std::string_view("MSH|^~\\&|"), std::string_view("\x89PNG\r\n\x1a\n")})
    EXPECT_EQ(parse_file({reinterpret_cast<const uint8_t*>(other.data()), other.size()}).error().code().name,
              "dicom.not-dicom");
}

}  // namespace
}  // namespace xinglin::dicom
