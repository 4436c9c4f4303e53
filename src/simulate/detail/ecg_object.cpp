#include "simulate/detail/ecg_object.h"

#include "codec/dicom/data_set.h"
#include "codec/waveform/dicom_waveform.h"

namespace xinglin::simulate {

std::vector<uint8_t> make_ecg_file(const Person& person, const EcgState& state, Instant at,
                                   const std::string& accession_number, Random& random) {
  dicom::DataSet d;
  const std::string date = format_dicom_date(at), time = format_dicom_time(at);
  const std::string latin = person.family + "^" + person.given + "^^^" + std::string(kNameSuffix);
  const std::string ideographic = person.family_zh.empty() ? ""
                                                           : "=" + person.family_zh + "^" + person.given_zh +
                                                                 "^^^" + std::string(kNameSuffixZh);
  d.set_text({0x0008, 0x0005}, "CS", "ISO_IR 192");
  d.set_text({0x0008, 0x0016}, "UI", kTwelveLeadEcg);
  d.set_text({0x0008, 0x0018}, "UI", new_dicom_uid(random));
  d.set_text({0x0008, 0x0020}, "DA", date);
  d.set_text({0x0008, 0x0023}, "DA", date);
  d.set_text({0x0008, 0x002A}, "DT", date + time);
  d.set_text({0x0008, 0x0030}, "TM", time);
  d.set_text({0x0008, 0x0033}, "TM", time);
  d.set_text({0x0008, 0x0050}, "SH", accession_number);
  d.set_text({0x0008, 0x0060}, "CS", "ECG");
  d.set_text({0x0008, 0x0070}, "LO", "XINGLIN-SIM");
  d.set_text({0x0008, 0x0080}, "LO", "SIM-WARD");
  d.set_text({0x0008, 0x0090}, "PN", "");
  d.set_text({0x0008, 0x1030}, "LO", "Resting 12-lead ECG (SYNTHETIC)");
  d.set_text({0x0008, 0x1090}, "LO", "Ward simulator");
  d.set_text({0x0010, 0x0010}, "PN", latin + ideographic);
  d.set_text({0x0010, 0x0020}, "LO", person.mrn);
  d.set_text({0x0010, 0x0021}, "LO", kAuthority);
  d.set_text({0x0010, 0x0030}, "DA", person.birth_date());
  d.set_text({0x0010, 0x0040}, "CS", person.sex == Sex::Female ? "F" : "M");
  d.set_text({0x0010, 0x4000}, "LT", kNotice);
  d.set_text({0x0020, 0x000D}, "UI", new_dicom_uid(random));
  d.set_text({0x0020, 0x000E}, "UI", new_dicom_uid(random));
  d.set_text({0x0020, 0x0010}, "SH", "1");
  d.set_text({0x0020, 0x0011}, "IS", "1");
  d.set_text({0x0020, 0x0013}, "IS", "1");
  d.set_text({0x0020, 0x4000}, "LT", kNotice);
  waveform::add_ecg(d, make_ecg(state, random));
  return dicom::write_file(d);
}

}  // namespace xinglin::simulate
