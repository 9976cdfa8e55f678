#include "tests/publish/shops/zip_check.h"

#include <zlib.h>

namespace rv::testing {
namespace {

std::uint32_t Field(const std::string& bytes, std::size_t at, int width) {
  std::uint32_t value = 0;
  for (int i = width - 1; i >= 0; --i)
    value = value << 8 | static_cast<std::uint8_t>(bytes.at(at + static_cast<std::size_t>(i)));
  return value;
}

// Of the entry whose directory record begins at `record`.
void CheckEntry(const std::string& bytes, std::size_t record, CheckedZip& out) {
  const auto fault = [&](const std::string& what) { out.faults.push_back(what); };
  const std::uint32_t size = Field(bytes, record + 24, 4), header = Field(bytes, record + 42, 4);
  const std::string name = bytes.substr(record + 46, Field(bytes, record + 28, 2));
  if (Field(bytes, header, 4) != 0x04034b50) return fault(name + ": no local header");
  if (bytes.substr(header + 30, Field(bytes, header + 26, 2)) != name)
    fault(name + ": another name in its header");
  for (const std::size_t at : {std::size_t{8}, std::size_t{10}})
    if (Field(bytes, record + at, 2) != Field(bytes, header + at - 2, 2)) fault(name + ": headers differ");
  if ((Field(bytes, record + 8, 2) & 0x0009) != 0) fault(name + ": encrypted, or sizes follow");
  if (Field(bytes, record + 10, 2) != 0) fault(name + ": compressed");
  if (Field(bytes, record + 20, 4) != size || Field(bytes, header + 18, 4) != size ||
      Field(bytes, header + 22, 4) != size)
    fault(name + ": sizes differ");
  const std::size_t data = header + 30 + Field(bytes, header + 26, 2) + Field(bytes, header + 28, 2);
  if (data % 64 != 0) fault(name + ": data not at a multiple of 64");
  const std::string content = bytes.substr(data, size);
  const auto crc =
      crc32(0, reinterpret_cast<const Bytef*>(content.data()), static_cast<uInt>(content.size()));
  if (crc != Field(bytes, record + 16, 4) || crc != Field(bytes, header + 14, 4))
    fault(name + ": CRC differs");
  if (!out.files.emplace(name, content).second) fault(name + ": twice");
  out.names.push_back(name);
}

}  // namespace

CheckedZip CheckZip(const std::string& bytes) {
  CheckedZip out;
  if (bytes.size() < 22 || Field(bytes, bytes.size() - 22, 4) != 0x06054b50) {
    out.faults.emplace_back("no end record");
    return out;
  }
  const std::size_t end = bytes.size() - 22;
  const std::uint32_t count = Field(bytes, end + 10, 2);
  std::size_t record = Field(bytes, end + 16, 4);
  if (record + Field(bytes, end + 12, 4) != end)
    out.faults.emplace_back("the directory does not end at its end");
  for (std::uint32_t i = 0; i < count; ++i) {
    if (Field(bytes, record, 4) != 0x02014b50) {
      out.faults.emplace_back("no directory record");
      return out;
    }
    if (i == 0 && Field(bytes, record + 42, 4) != 0)
      out.faults.emplace_back("something before the first entry");
    CheckEntry(bytes, record, out);
    record += 46 + Field(bytes, record + 28, 2) + Field(bytes, record + 30, 2) + Field(bytes, record + 32, 2);
  }
  return out;
}

}  // namespace rv::testing
