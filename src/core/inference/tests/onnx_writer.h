// Writes small ONNX models as protocol buffer bytes, so that the tests need no file from elsewhere. Field
// numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3), wire format of
// protobuf.dev.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace xinglin::inference::testing_onnx {

class Message {
public:
  Message& integer(int field, uint64_t value) {
    varint(static_cast<uint64_t>(field) << 3);
    varint(value);
    return *this;
  }
  Message& bytes(int field, std::string_view value) {
    varint(static_cast<uint64_t>(field) << 3 | 2);
    varint(value.size());
    out_ += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return bytes(field, value.out_); }
  const std::string& str() const { return out_; }

private:
  void varint(uint64_t v) {
    for (; v >= 0x80; v >>= 7) out_ += static_cast<char>(v | 0x80);
    out_ += static_cast<char>(v);
  }
  std::string out_;
};

// ValueInfoProto {name = 1, type = 2}; TypeProto {tensor_type = 1}; Tensor {elem_type = 1, shape = 2};
// TensorShapeProto {dim = 1}; Dimension {dim_value = 1}.
inline Message value_info(std::string_view name, const std::vector<int64_t>& shape) {
  Message dims;
  for (const int64_t n : shape) dims.message(1, Message().integer(1, static_cast<uint64_t>(n)));
  return Message().bytes(1, name).message(2, Message().message(1, Message().integer(1, 1).message(2, dims)));
}

// TensorProto {dims = 1, data_type = 2, name = 8, raw_data = 9}; data type 1 is float.
inline Message initializer(std::string_view name, const std::vector<int64_t>& shape,
                           const std::vector<float>& values) {
  Message m;
  for (const int64_t n : shape) m.integer(1, static_cast<uint64_t>(n));
  std::string raw(values.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return m.integer(2, 1).bytes(8, name).bytes(9, raw);
}

// NodeProto {input = 1, output = 2, op_type = 4}.
inline Message node(std::string_view op, const std::vector<std::string>& inputs, std::string_view output) {
  Message m;
  for (const std::string& input : inputs) m.bytes(1, input);
  return m.bytes(2, output).bytes(4, op);
}

// Y[n,2] = Relu(X[n,3] * A[3,2] + B[2]) for n = 2. GraphProto {node = 1, name = 2, initializer = 5, input =
// 11, output = 12}; ModelProto {ir_version = 1, graph = 7, opset_import = 8}; OperatorSetIdProto {version =
// 2}.
inline std::string small_network() {
  const Message graph = Message()
                            .message(1, node("MatMul", {"X", "A"}, "product"))
                            .message(1, node("Add", {"product", "B"}, "sum"))
                            .message(1, node("Relu", {"sum"}, "Y"))
                            .bytes(2, "small")
                            .message(5, initializer("A", {3, 2}, {1, -1, 2, 0.5F, -3, 4}))
                            .message(5, initializer("B", {2}, {0.25F, -10}))
                            .message(11, value_info("X", {2, 3}))
                            .message(12, value_info("Y", {2, 2}));
  return Message().integer(1, 8).message(7, graph).message(8, Message().bytes(1, "").integer(2, 13)).str();
}

}  // namespace xinglin::inference::testing_onnx
