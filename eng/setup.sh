#!/usr/bin/env bash
# Installs what the stand-ins need from the system, only what is missing: libtorch with a compiler and OpenBLAS for
# TorchSharp's stand-in, ImageMagick's library for ImageSharp's. Not needed where the package feed has the real packages.
set -euo pipefail

packages=(g++)
# Another libtorch, such as a CUDA one (see eng/build-native.sh), brings its own BLAS.
[[ -n "${TORCH_HOME:-}" ]] || packages+=(libtorch-dev libopenblas0-pthread)
# The name that ImageMagick's library has on this release of Debian or Ubuntu.
image_libraries=(libmagickwand-6.q16-6 libmagickwand-6.q16-7 libmagickwand-6.q16-7t64)

fail() {
    echo "eng/setup.sh: $1" >&2
    exit 1
}

command -v dpkg-query >/dev/null ||
    fail "this is not a Debian or Ubuntu system; install by hand: libtorch with headers (or set TORCH_HOME to a libtorch folder), g++, OpenBLAS, ImageMagick 6."

installed() {
    dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done


# Which of the names given this system's package lists have.
offered() {
    for package in "$@"; do
        if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]'; then
            echo "$package"
            return
        fi
    done
}

image_library=""
for package in "${image_libraries[@]}"; do
    installed "$package" && image_library=$package
done

if ((${#missing[@]})) || [[ -z "$image_library" ]]; then
    as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || fail "please install as root: apt-get install ${missing[*]:-} ${image_library:-${image_libraries[0]}}"
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq || echo "eng/setup.sh: the package lists could not be refreshed; trying with those at hand." >&2
    if [[ -z "$image_library" ]]; then
        image_library=$(offered "${image_libraries[@]}")
        missing+=("${image_library:-${image_libraries[0]}}")
    fi
    echo "Installing ${missing[*]} ..."
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}; see its message above."
fi

if [[ -z "${TORCH_HOME:-}" ]]; then
    # The reference BLAS is thirty times slower, and libtorch takes whichever the system's links point to.
    blas=$(ldconfig -p | awk '/libblas\.so\.3 / && !found { print $NF; found = 1 }')
    [[ "$(readlink -f "${blas:-/nonexistent}")" == *openblas* ]] ||
        fail "libtorch would use ${blas:-no BLAS at all} instead of OpenBLAS; run: update-alternatives --config libblas.so.3-$(uname -m)-linux-gnu"
fi
