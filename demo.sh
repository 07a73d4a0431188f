#!/usr/bin/env bash
# The main job on a bare clone: trains an image classifier on a few images of each class, with and without synthetic ones,
# and ends by naming a report to look at. Does its own set-up.
#   ./demo.sh                                          characters that the program draws, minutes on two cores
#   ./demo.sh --images DIR_OR_ZIP --shots 5 ...        your own images: the options of 'synthaugment compare' (docs/compare.md)
#   ./demo.sh --help                                   all options
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$root/src/MLNet.SynthAugment.Cli/MLNet.SynthAugment.Cli.csproj

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
    exit 1
fi

# Threads that wait for one another cost the small embedded model more than they help it, much more on a busy machine.
case " $* " in
    *" --model"*) ;;
    *) export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1} ;;
esac

echo "Building ..."
dotnet build "$project" -c Release --nologo -v quiet

synthaugment() { dotnet run --project "$project" -c Release --no-build -- "$@"; }

if [ $# -eq 0 ]; then
    synthaugment draw --classes 30 --out demo-output/set
    set -- --images demo-output/set --shots 2 --draw-shots --amounts 0,24 --methods variation --seeds 5 --steps 250 --arms RealOnly,RealClassic,RealClassicSynthetic
fi
case " $* " in
    *" --out "* | *" --settings "* | *" --help "*) ;;
    *) set -- "$@" --out demo-output ;;
esac
synthaugment compare "$@"
