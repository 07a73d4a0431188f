// The C interface between TorchSharp.StandIn and libtorch. Every function that can fail returns a negative count or a
// null pointer and leaves its message in standin_last_error(); no C++ exception leaves the library.
#pragma once
#include <cstdint>

#if defined(_WIN32)
#define STANDIN_API extern "C" __declspec(dllexport)
#else
#define STANDIN_API extern "C" __attribute__((visibility("default")))
#endif

// An argument or a result of an operator. Mirrors TorchSharp.Interop.NativeValue field by field.
enum ValueTag : int32_t {
    tagDefault = 0,        // the operator's own default value (null where it has none)
    tagTensor = 1,         // pointer: Tensor*
    tagInt = 2,            // integer
    tagDouble = 3,         // real
    tagBool = 4,           // integer
    tagIntList = 5,        // pointer: int64_t[length]
    tagTensorList = 6,     // pointer: Tensor*[length]
    tagOptionalTensors = 7,// pointer: Tensor*[length], null elements allowed
    tagDevice = 8,         // integer: device type, length: index
    tagGenerator = 9,      // pointer: Generator*
    tagString = 10,        // pointer: UTF-8 bytes, length
    tagDoubleList = 11,    // pointer: double[length]
    tagNone = 12           // an explicit null
};

struct Value {
    int32_t tag;
    int32_t length;
    union {
        int64_t integer;
        double real;
        const void* pointer;
    };
};
