#include "edge/dimse/detail/outgoing.h"

#include "codec/dicom/data_set.h"
#include "edge/dimse/detail/identifier.h"
#include "edge/dimse/errors.h"

namespace xinglin::dimse {

Result<Outgoing> Outgoing::read(Result<std::vector<uint8_t>> file, const std::string& from,
                                const std::string& to) {
  if (!file.ok()) return file.error();
  if (from != to && (!is_uncompressed(from) || !is_uncompressed(to))) return Error(kNoContext);
  dicom::Limits limits;
  if (from == to) {
    limits.stop_at_pixel_data = true;
    limits.value_bytes_kept = 1024;
  }
  XL_TRY(const dicom::File parsed, dicom::parse_file(*file, limits));
  if (from == to) return Outgoing(std::move(*file), parsed.data_set_offset);
  return Outgoing(rewrite(parsed.data_set, to), 0);
}

}  // namespace xinglin::dimse
