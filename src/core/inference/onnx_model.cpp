#include "core/inference/onnx_model.h"

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "base/digest.h"

namespace xinglin::inference {
namespace {

const OrtApi& api() {
  static const OrtApi* const found = OrtGetApiBase()->GetApi(ORT_API_VERSION);
  XL_ASSERT(found != nullptr);  // headers and library are of one release
  return *found;
}

template <class T, void (*const OrtApi::*Release)(T*)>
struct Releaser {
  void operator()(T* p) const { (api().*Release)(p); }
};
using EnvPtr = std::unique_ptr<OrtEnv, Releaser<OrtEnv, &OrtApi::ReleaseEnv>>;
using OptionsPtr =
    std::unique_ptr<OrtSessionOptions, Releaser<OrtSessionOptions, &OrtApi::ReleaseSessionOptions>>;
using SessionPtr = std::unique_ptr<OrtSession, Releaser<OrtSession, &OrtApi::ReleaseSession>>;
using MemoryPtr = std::unique_ptr<OrtMemoryInfo, Releaser<OrtMemoryInfo, &OrtApi::ReleaseMemoryInfo>>;
using ValuePtr = std::unique_ptr<OrtValue, Releaser<OrtValue, &OrtApi::ReleaseValue>>;
using ShapePtr = std::unique_ptr<OrtTensorTypeAndShapeInfo,
                                 Releaser<OrtTensorTypeAndShapeInfo, &OrtApi::ReleaseTensorTypeAndShapeInfo>>;

Result<void> check(OrtStatus* status, const ErrorCode& code) {
  if (status == nullptr) return {};
  Error error(code, api().GetErrorMessage(status));
  api().ReleaseStatus(status);
  return error;
}

Result<std::string> read_verified(const std::string& path, std::string_view sha256_hex) {
  std::error_code failed;
  const uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) return Error(kModelDigest, "the model file " + path + " is not there");
  if (size > OnnxModel::kFileBytesMax)
    return Error(kBadModel, "the model file " + path + " is larger than 2 GiB");
  std::string bytes(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size)))
    return Error(kModelDigest, "the model file " + path + " cannot be read");
  const std::string digest = to_hex(sha256(bytes));
  if (digest != sha256_hex)
    return Error(kModelDigest,
                 "the model file " + path + " has SHA-256 " + digest + ", not " + std::string(sha256_hex));
  return bytes;
}

Result<OptionsPtr> make_options() {
  OrtSessionOptions* raw = nullptr;
  XL_CHECK(check(api().CreateSessionOptions(&raw), kBadModel));
  OptionsPtr options(raw);
  XL_CHECK(check(api().SetIntraOpNumThreads(raw, 1), kBadModel));
  XL_CHECK(check(api().SetInterOpNumThreads(raw, 1), kBadModel));
  XL_CHECK(check(api().SetSessionExecutionMode(raw, ORT_SEQUENTIAL), kBadModel));
  XL_CHECK(check(api().SetDeterministicCompute(raw, true), kBadModel));
  XL_CHECK(check(api().DisableMemPattern(raw), kBadModel));
  XL_CHECK(check(api().SetSessionLogSeverityLevel(raw, ORT_LOGGING_LEVEL_FATAL), kBadModel));
  return options;
}

enum class Side { Input, Output };

Result<std::vector<std::string>> names(const OrtSession* session, Side side) {
  OrtAllocator* allocator = nullptr;
  XL_CHECK(check(api().GetAllocatorWithDefaultOptions(&allocator), kBadModel));
  size_t count = 0;
  XL_CHECK(check(side == Side::Input ? api().SessionGetInputCount(session, &count)
                                     : api().SessionGetOutputCount(session, &count),
                 kBadModel));
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    XL_CHECK(check(side == Side::Input ? api().SessionGetInputName(session, i, allocator, &name)
                                       : api().SessionGetOutputName(session, i, allocator, &name),
                   kBadModel));
    out.emplace_back(name);
    XL_CHECK(check(api().AllocatorFree(allocator, name), kBadModel));
  }
  return out;
}

// The number of elements of a shape, or an error when it is negative or too large.
Result<int64_t> elements(std::span<const int64_t> shape) {
  int64_t count = 1;
  for (const int64_t n : shape) {
    if (n < 0 || (n > 0 && count > OnnxModel::kTensorElementsMax / n))
      return Error(kModelRun, "a tensor has a negative dimension or too many elements");
    count *= n;
  }
  return count;
}

Result<ValuePtr> to_value(const OrtMemoryInfo* memory, const Tensor& tensor) {
  XL_TRY(const int64_t count, elements(tensor.shape));
  if (static_cast<size_t>(count) != tensor.values.size())
    return Error(kModelRun, "tensor '" + tensor.name + "' has " + std::to_string(tensor.values.size()) +
                                " values where its shape has " + std::to_string(count));
  OrtValue* value = nullptr;
  // The library takes a mutable pointer and does not write to inputs.
  XL_CHECK(check(api().CreateTensorWithDataAsOrtValue(
                     memory, const_cast<float*>(tensor.values.data()), tensor.values.size() * sizeof(float),
                     tensor.shape.data(), tensor.shape.size(), ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &value),
                 kModelRun));
  return ValuePtr(value);
}

Result<Tensor> to_tensor(OrtValue* value, std::string name) {
  int is_tensor = 0;
  XL_CHECK(check(api().IsTensor(value, &is_tensor), kModelRun));
  if (is_tensor == 0) return Error(kModelRun, "output '" + name + "' is not a tensor");
  OrtTensorTypeAndShapeInfo* raw = nullptr;
  XL_CHECK(check(api().GetTensorTypeAndShape(value, &raw), kModelRun));
  const ShapePtr shape(raw);
  ONNXTensorElementDataType type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  XL_CHECK(check(api().GetTensorElementType(raw, &type), kModelRun));
  if (type != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
    return Error(kModelRun, "output '" + name + "' is not float32");
  size_t rank = 0;
  XL_CHECK(check(api().GetDimensionsCount(raw, &rank), kModelRun));
  Tensor out;
  out.name = std::move(name);
  out.shape.resize(rank);
  XL_CHECK(check(api().GetDimensions(raw, out.shape.data(), rank), kModelRun));
  XL_TRY(const int64_t count, elements(out.shape));
  void* data = nullptr;
  XL_CHECK(check(api().GetTensorMutableData(value, &data), kModelRun));
  const auto* floats = static_cast<const float*>(data);
  out.values.assign(floats, floats + count);
  return out;
}

}  // namespace

struct OnnxModel::Impl {
  EnvPtr env;
  MemoryPtr memory;
  SessionPtr session;
  std::vector<std::string> inputs, outputs;
};

OnnxModel::OnnxModel(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OnnxModel::OnnxModel(OnnxModel&&) noexcept = default;
OnnxModel& OnnxModel::operator=(OnnxModel&&) noexcept = default;
OnnxModel::~OnnxModel() = default;

const std::vector<std::string>& OnnxModel::input_names() const {
  return impl_->inputs;
}
const std::vector<std::string>& OnnxModel::output_names() const {
  return impl_->outputs;
}

Result<OnnxModel> OnnxModel::load(const std::string& path, std::string_view sha256_hex) {
  XL_TRY(const std::string bytes, read_verified(path, sha256_hex));
  auto impl = std::make_unique<Impl>();
  OrtEnv* env = nullptr;
  XL_CHECK(check(api().CreateEnv(ORT_LOGGING_LEVEL_FATAL, "xinglin", &env), kBadModel));
  impl->env.reset(env);
  XL_CHECK(check(api().DisableTelemetryEvents(env), kBadModel));
  OrtMemoryInfo* memory = nullptr;
  XL_CHECK(check(api().CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory), kBadModel));
  impl->memory.reset(memory);
  XL_TRY(const OptionsPtr options, make_options());
  OrtSession* session = nullptr;
  if (auto made = check(
          api().CreateSessionFromArray(env, bytes.data(), bytes.size(), options.get(), &session), kBadModel);
      !made.ok())
    return made.error().with_context("model file " + path);
  impl->session.reset(session);
  XL_TRY(impl->inputs, names(session, Side::Input));
  XL_TRY(impl->outputs, names(session, Side::Output));
  return OnnxModel(std::move(impl));
}

Result<std::vector<Tensor>> OnnxModel::run(std::span<const Tensor> inputs) const {
  std::vector<ValuePtr> owned;
  std::vector<const OrtValue*> values;
  std::vector<const char*> input_names, output_names;
  for (const std::string& name : impl_->inputs) {
    const auto found =
        std::find_if(inputs.begin(), inputs.end(), [&](const Tensor& t) { return t.name == name; });
    if (found == inputs.end()) return Error(kModelRun, "the model needs an input '" + name + "'");
    XL_TRY(ValuePtr value, to_value(impl_->memory.get(), *found));
    values.push_back(value.get());
    owned.push_back(std::move(value));
    input_names.push_back(name.c_str());
  }
  if (inputs.size() != impl_->inputs.size())
    return Error(kModelRun, "an input is given that the model does not have");
  for (const std::string& name : impl_->outputs) output_names.push_back(name.c_str());
  std::vector<OrtValue*> raw(output_names.size(), nullptr);
  const auto ran = check(api().Run(impl_->session.get(), nullptr, input_names.data(), values.data(),
                                   values.size(), output_names.data(), output_names.size(), raw.data()),
                         kModelRun);
  std::vector<ValuePtr> results;
  for (OrtValue* value : raw) results.emplace_back(value);
  XL_CHECK(ran);
  std::vector<Tensor> out;
  for (size_t i = 0; i < results.size(); ++i) {
    XL_TRY(Tensor tensor, to_tensor(results[i].get(), impl_->outputs[i]));
    out.push_back(std::move(tensor));
  }
  return out;
}

}  // namespace xinglin::inference
