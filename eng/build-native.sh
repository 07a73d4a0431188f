#!/usr/bin/env bash
# Builds the native part of the TorchSharp stand-in: build-native.sh OUTPUT.so
# TORCH_HOME=folder takes libtorch from there (the folder with include/ and lib/, such as a Python torch package or an
# unpacked libtorch, CUDA ones too) instead of Debian's libtorch-dev.
set -euo pipefail
output=${1:?usage: build-native.sh OUTPUT.so}
source="$(cd "$(dirname "$0")/.." && pwd)/standins/TorchSharp/native/torch_standin.cpp"

fail() {
    echo "libtorch is missing: $1" >&2
    exit 1
}

include="${TORCH_HOME:-/usr}/include"
[[ -f "$include/ATen/ATen.h" ]] || fail "there is no ATen/ATen.h under $include; run eng/setup.sh, or set TORCH_HOME to a libtorch folder."
command -v "${CXX:-g++}" >/dev/null || fail "there is no C++ compiler; run eng/setup.sh."

flags=(-std=c++20 -O2 -fPIC -shared -Wall -Wno-deprecated-declarations -I"$include/torch/csrc/api/include")
if [[ -n "${TORCH_HOME:-}" ]]; then
    flags+=(-I"$include" -L"$TORCH_HOME/lib" -Wl,-rpath,"$TORCH_HOME/lib")
    # PyPI's builds of torch 2.5 and earlier use the old C++ ABI; the library itself tells.
    if ! grep -qa '_ZN3c105ErrorC1ENS_14SourceLocationENSt7__cxx11' "$TORCH_HOME/lib/libc10.so"; then
        flags+=(-D_GLIBCXX_USE_CXX11_ABI=0)
    fi
fi

mkdir -p "$(dirname "$output")"
# --no-as-needed: libtorch registers its operators (CUDA's too) when it is loaded, though nothing here refers to them.
"${CXX:-g++}" "${flags[@]}" -o "$output.$$" "$source" \
    -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10 -ldl
mv "$output.$$" "$output"
