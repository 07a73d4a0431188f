// A C interface over libtorch's dispatcher: one entry (standin_call) reaches every ATen operator, autograd included, by
// name. What the dispatcher does not offer (life-cycle, data access, backward, generators, threads) stands beside it.
// Compiles against libtorch 1.13 and later.
#include "torch_standin.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <optional>
#include <string>
#include <vector>

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
using OptionalTensor = std::optional<at::Tensor>;
#else
using OptionalTensor = c10::optional<at::Tensor>;
#endif

namespace {

thread_local std::string lastError;
thread_local std::vector<Value> results;

// Runs body; on an exception stores its message and returns onError.
template <typename Body, typename Result>
Result guarded(Result onError, Body body) noexcept {
    try {
        return body();
    } catch (const c10::Error& error) {
        lastError = error.what_without_backtrace();
    } catch (const std::exception& error) {
        lastError = error.what();
    } catch (...) {
        lastError = "libtorch threw something that is no exception";
    }
    return onError;
}

at::Tensor* release(at::Tensor tensor) {
    return tensor.defined() ? new at::Tensor(std::move(tensor)) : nullptr;
}

const at::Tensor& tensorAt(const void* pointer) {
    return *static_cast<const at::Tensor*>(pointer);
}

std::vector<at::Tensor> tensorsAt(const void* pointer, int64_t length) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(length);
    auto handles = static_cast<at::Tensor* const*>(pointer);
    for (int64_t i = 0; i < length; i++)
        tensors.push_back(handles[i] ? *handles[i] : at::Tensor());
    return tensors;
}

c10::Device deviceOf(int64_t type, int64_t index) {
    return c10::Device(static_cast<c10::DeviceType>(type), static_cast<c10::DeviceIndex>(index));
}

c10::IValue toIValue(const Value& value, const c10::Argument& argument) {
    switch (value.tag) {
        case tagDefault: return argument.default_value() ? *argument.default_value() : c10::IValue();
        case tagTensor: return tensorAt(value.pointer);
        case tagInt: return value.integer;
        case tagDouble: return value.real;
        case tagBool: return value.integer != 0;
        case tagIntList: {
            auto data = static_cast<const int64_t*>(value.pointer);
            return c10::IValue(at::IntArrayRef(data, value.length));
        }
        case tagDoubleList: {
            auto data = static_cast<const double*>(value.pointer);
            return c10::IValue(std::vector<double>(data, data + value.length));
        }
        case tagTensorList: return c10::IValue(tensorsAt(value.pointer, value.length));
        case tagOptionalTensors: {
            c10::List<OptionalTensor> list;
            for (auto& tensor : tensorsAt(value.pointer, value.length))
                list.push_back(tensor.defined() ? OptionalTensor(tensor) : OptionalTensor());
            return list;
        }
        case tagDevice: return deviceOf(value.integer, value.length);
        case tagGenerator: return *static_cast<const at::Generator*>(value.pointer);
        case tagString: return std::string(static_cast<const char*>(value.pointer), value.length);
        default: return c10::IValue();
    }
}

void addTensorResult(at::Tensor tensor) {
    Value value{tagTensor, 0, {0}};
    value.pointer = release(std::move(tensor));
    results.push_back(value);
}

void addResult(c10::IValue&& result) {
    Value value{tagNone, 0, {0}};
    if (result.isTensor())
        return addTensorResult(std::move(result).toTensor());
    if (result.isTensorList()) {
        for (at::Tensor tensor : result.toTensorVector())
            addTensorResult(std::move(tensor));
        return;
    }
    if (result.isBool()) {
        value.tag = tagBool;
        value.integer = result.toBool();
    } else if (result.isInt()) {
        value.tag = tagInt;
        value.integer = result.toInt();
    } else if (result.isDouble()) {
        value.tag = tagDouble;
        value.real = result.toDouble();
    } else if (!result.isNone()) {
        TORCH_CHECK(false, "a result of type ", result.tagKind(), " is not supported");
    }
    results.push_back(value);
}

}  // namespace

STANDIN_API const char* standin_last_error() { return lastError.c_str(); }

STANDIN_API const char* standin_version() { return TORCH_VERSION; }

// ---- Operators ------------------------------------------------------------------------------------------------------

// A pointer to an operator's handle, which lives as long as the process; null where there is no such operator.
STANDIN_API const void* standin_find_operator(const char* name, const char* overload) {
    return guarded<>(static_cast<const void*>(nullptr), [&]() -> const void* {
        return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
    });
}

// Calls an operator. Missing trailing arguments take the operator's defaults. Returns the number of results and points
// *out at them; they stay valid until this thread's next call. Tensors among them belong to the caller.
STANDIN_API int64_t standin_call(const void* op, const Value* arguments, int64_t count, const Value** out) {
    return guarded<>(int64_t(-1), [&]() -> int64_t {
        auto& handle = *static_cast<const c10::OperatorHandle*>(op);
        auto& schema = handle.schema().arguments();
        TORCH_CHECK(count <= static_cast<int64_t>(schema.size()), "too many arguments for ", handle.schema());
        torch::jit::Stack stack;
        stack.reserve(schema.size());
        static const Value useDefault{tagDefault, 0, {0}};
        for (size_t i = 0; i < schema.size(); i++)
            stack.push_back(toIValue(static_cast<int64_t>(i) < count ? arguments[i] : useDefault, schema[i]));
        handle.callBoxed(&stack);
        results.clear();
        for (auto& result : stack)
            addResult(std::move(result));
        *out = results.data();
        return static_cast<int64_t>(results.size());
    });
}

// ---- Tensors --------------------------------------------------------------------------------------------------------

STANDIN_API void standin_tensor_free(at::Tensor* tensor) {
    guarded<>(0, [&] { delete tensor; return 0; });
}

STANDIN_API at::Tensor* standin_tensor_alias(const at::Tensor* tensor) {
    return guarded<>(static_cast<at::Tensor*>(nullptr), [&] { return release(*tensor); });
}

// A tensor over memory that belongs to the caller; free(context) is called when the last reference dies.
STANDIN_API at::Tensor* standin_tensor_from_memory(void* data, const int64_t* sizes, int64_t dimensions, int32_t dtype,
                                                   void (*free)(void*), void* context) {
    return guarded<>(static_cast<at::Tensor*>(nullptr), [&] {
        auto options = at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype));
        return release(at::from_blob(data, at::IntArrayRef(sizes, dimensions), [=](void*) { free(context); }, options));
    });
}

STANDIN_API int32_t standin_tensor_dtype(const at::Tensor* tensor) { return static_cast<int32_t>(tensor->scalar_type()); }
STANDIN_API int64_t standin_tensor_numel(const at::Tensor* tensor) { return guarded<>(int64_t(-1), [&] { return tensor->numel(); }); }
STANDIN_API int64_t standin_tensor_element_size(const at::Tensor* tensor) { return static_cast<int64_t>(tensor->element_size()); }
STANDIN_API int32_t standin_tensor_device_type(const at::Tensor* tensor) { return static_cast<int32_t>(tensor->device().type()); }
STANDIN_API int32_t standin_tensor_device_index(const at::Tensor* tensor) { return tensor->device().index(); }
STANDIN_API int32_t standin_tensor_requires_grad(const at::Tensor* tensor) { return tensor->requires_grad(); }
STANDIN_API int32_t standin_tensor_is_leaf(const at::Tensor* tensor) { return tensor->is_leaf(); }
STANDIN_API int32_t standin_tensor_is_contiguous(const at::Tensor* tensor) { return guarded<>(-1, [&] { return int(tensor->is_contiguous()); }); }

// Number of dimensions; the sizes live as long as the tensor and are not resized.
STANDIN_API int64_t standin_tensor_sizes(const at::Tensor* tensor, const int64_t** sizes) {
    return guarded<>(int64_t(-1), [&] {
        *sizes = tensor->sizes().data();
        return tensor->dim();
    });
}

STANDIN_API int64_t standin_tensor_strides(const at::Tensor* tensor, const int64_t** strides) {
    return guarded<>(int64_t(-1), [&] {
        *strides = tensor->strides().data();
        return tensor->dim();
    });
}

STANDIN_API int64_t standin_tensor_storage_offset(const at::Tensor* tensor) {
    return guarded<>(int64_t(-1), [&] { return tensor->storage_offset(); });
}

// 0 with *data null for a tensor without elements; -1 where the data cannot be reached.
STANDIN_API int32_t standin_tensor_data(const at::Tensor* tensor, void** data) {
    return guarded<>(-1, [&] {
        *data = tensor->data_ptr();
        return 0;
    });
}

// ---- Autograd -------------------------------------------------------------------------------------------------------

STANDIN_API int32_t standin_tensor_set_requires_grad(const at::Tensor* tensor, int32_t requiresGrad) {
    return guarded<>(-1, [&] {
        tensor->set_requires_grad(requiresGrad != 0);
        return 0;
    });
}

// 1 and the gradient, 0 where there is none, -1 on an error.
STANDIN_API int32_t standin_tensor_grad(const at::Tensor* tensor, at::Tensor** gradient) {
    return guarded<>(-1, [&] {
        *gradient = release(tensor->grad());
        return *gradient != nullptr ? 1 : 0;
    });
}

STANDIN_API int32_t standin_tensor_set_grad(const at::Tensor* tensor, const at::Tensor* gradient) {
    return guarded<>(-1, [&] {
        if (gradient != nullptr)
            TORCH_CHECK(gradient->sizes() == tensor->sizes(), "a gradient of shape ", gradient->sizes(),
                        " does not fit a tensor of shape ", tensor->sizes());
        tensor->mutable_grad() = gradient != nullptr ? *gradient : at::Tensor();
        return 0;
    });
}

STANDIN_API int32_t standin_backward(const void* tensors, int64_t tensorCount, const void* gradients, int64_t gradientCount,
                                     int32_t retainGraph, int32_t createGraph, const void* inputs, int64_t inputCount) {
    return guarded<>(-1, [&] {
        torch::autograd::backward(tensorsAt(tensors, tensorCount), tensorsAt(gradients, gradientCount), retainGraph != 0,
                                  createGraph != 0, tensorsAt(inputs, inputCount));
        return 0;
    });
}

// Gradients of outputs with respect to inputs, as results like standin_call's.
STANDIN_API int64_t standin_grad(const void* outputs, int64_t outputCount, const void* inputs, int64_t inputCount,
                                 const void* gradients, int64_t gradientCount, int32_t retainGraph, int32_t createGraph,
                                 int32_t allowUnused, const Value** out) {
    return guarded<>(int64_t(-1), [&] {
        auto found = torch::autograd::grad(tensorsAt(outputs, outputCount), tensorsAt(inputs, inputCount),
                                           tensorsAt(gradients, gradientCount), retainGraph != 0, createGraph != 0,
                                           allowUnused != 0);
        results.clear();
        for (auto& gradient : found)
            addTensorResult(std::move(gradient));
        *out = results.data();
        return static_cast<int64_t>(results.size());
    });
}

STANDIN_API int32_t standin_grad_enabled() { return at::GradMode::is_enabled(); }
STANDIN_API void standin_set_grad_enabled(int32_t enabled) { at::GradMode::set_enabled(enabled != 0); }
STANDIN_API c10::InferenceMode* standin_inference_mode_enter(int32_t enabled) { return new c10::InferenceMode(enabled != 0); }
STANDIN_API void standin_inference_mode_leave(c10::InferenceMode* guard) { delete guard; }

// ---- Generators -----------------------------------------------------------------------------------------------------

// owned: a generator of its own; otherwise the device's default generator.
STANDIN_API at::Generator* standin_generator(int64_t deviceType, int64_t deviceIndex, int32_t owned) {
    return guarded<>(static_cast<at::Generator*>(nullptr), [&] {
        const at::Generator& shared = at::globalContext().defaultGenerator(deviceOf(deviceType, deviceIndex));
        if (owned == 0) return new at::Generator(shared);
        // A clone is never freed (its weak count starts at zero), so on the CPU it is made anew; other devices have only clone.
        if (shared.device().is_cpu()) return new at::Generator(at::detail::createCPUGenerator());
        return new at::Generator(shared.clone());
    });
}

STANDIN_API void standin_generator_free(at::Generator* generator) { delete generator; }

STANDIN_API int32_t standin_generator_set_seed(at::Generator* generator, uint64_t seed) {
    return guarded<>(-1, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_current_seed(seed);
        return 0;
    });
}

STANDIN_API uint64_t standin_generator_current_seed(at::Generator* generator) {
    return guarded<>(uint64_t(0), [&] { return generator->current_seed(); });
}

STANDIN_API uint64_t standin_generator_random_seed(at::Generator* generator) {
    return guarded<>(uint64_t(0), [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        return generator->seed();
    });
}

STANDIN_API at::Tensor* standin_generator_state(at::Generator* generator) {
    return guarded<>(static_cast<at::Tensor*>(nullptr), [&] { return release(generator->get_state()); });
}

STANDIN_API int32_t standin_generator_set_state(at::Generator* generator, const at::Tensor* state) {
    return guarded<>(-1, [&] {
        std::lock_guard<std::mutex> lock(generator->mutex());
        generator->set_state(*state);
        return 0;
    });
}

STANDIN_API int32_t standin_manual_seed(int64_t seed) {
    return guarded<>(-1, [&] {
        at::manual_seed(static_cast<uint64_t>(seed));
        return 0;
    });
}

// ---- Devices and threads --------------------------------------------------------------------------------------------

STANDIN_API int32_t standin_cuda_device_count() {
    return guarded<>(0, [&] { return at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; });
}

STANDIN_API int32_t standin_thread_count() { return at::get_num_threads(); }

// Also tells OpenBLAS, which keeps threads of its own.
STANDIN_API int32_t standin_set_thread_count(int32_t count) {
    return guarded<>(-1, [&] {
        at::set_num_threads(count);
        if (auto setBlasThreads = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads")))
            setBlasThreads(count);
        return 0;
    });
}
STANDIN_API int32_t standin_interop_thread_count() { return at::get_num_interop_threads(); }
