// A model in ONNX form, run by ONNX Runtime (https://onnxruntime.ai), float32 tensors by name. The bytes that
// are loaded are the bytes whose SHA-256 was checked. One thread, sequential, deterministic kernels, no
// batching of our own: the same input gives the same output, whoever else is being served. run() may be
// called from several threads. Applications load their models in prepare(). Only onnx_model.cpp names the
// library.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/inference/errors.h"

namespace xinglin::inference {

struct Tensor {
  std::string name;
  std::vector<int64_t> shape;
  std::vector<float> values;  // row-major
};

class OnnxModel {
public:
  static constexpr uint64_t kFileBytesMax = 2ull << 30;
  static constexpr int64_t kTensorElementsMax = 256 << 20;

  // kModelDigest when the file is missing or not the one named, kBadModel when it cannot be loaded.
  static Result<OnnxModel> load(const std::string& path, std::string_view sha256_hex);
  OnnxModel(OnnxModel&&) noexcept;
  OnnxModel& operator=(OnnxModel&&) noexcept;
  ~OnnxModel();

  const std::vector<std::string>& input_names() const;
  const std::vector<std::string>& output_names() const;
  // Every input of the model, in any order; gives every output in the model's order. kModelRun.
  Result<std::vector<Tensor>> run(std::span<const Tensor> inputs) const;

private:
  struct Impl;
  explicit OnnxModel(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace xinglin::inference
