#!/usr/bin/env bash
# The main job on a bare clone: trains an ML.NET classifier on a few images of each class, with and without synthetic ones,
# and prints a table of accuracies. Does its own set-up.
#   ./demo.sh                                       characters that the program draws, minutes on two cores
#   ./demo.sh --images DIR_OR_ZIP --shots 5         your own images, laid out <class>/* or train/<class>/* and test/<class>/*
#   ./demo.sh --help                                all options
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$root/samples/FewShotAccuracy/FewShotAccuracy.csproj

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
    exit 1
fi

# The restore asks the package feed what it has; only the stand-ins for missing packages need system packages.
dotnet restore "$project" --nologo -v quiet
if [ "${PackageMode:-auto}" = standin ] || grep -qs '>standin<' "$root/artifacts/PackageSources.props"; then
    "$root/eng/setup.sh"
fi
# Threads that wait for one another cost the small embedded model more than they help it, much more on a busy machine.
case " $* " in
    *" --model"*) ;;
    *) export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} ;;
esac

echo "Building ..."
dotnet build "$project" -c Release --nologo -v quiet
exec dotnet run --project "$project" -c Release --no-build -- "$@"
