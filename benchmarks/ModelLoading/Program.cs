// Peak memory and time of loading a UNet, beside the size of its parameters.
//   model-loading write FOLDER [Float32|Float16|BFloat16]    a UNet of Stable Diffusion 2's shape, random weights
//   model-loading FOLDER [Float32|Float16|BFloat16]                  loads it in that precision; one process a measurement
using System.Diagnostics;
using MLNet.SynthAugment.Benchmarks;
using MLNet.SynthAugment.Diffusion;
using MLNet.SynthAugment.Diffusion.UNets;
using TorchSharp;

if (args is ["write", var target, .. var more])
{
    RandomUNet.Write(target, PrecisionOf(more.FirstOrDefault()));
    return 0;
}
if (args is not [var folder, .. var options])
{
    Console.Error.WriteLine("Give a UNet's folder, or: write FOLDER.");
    return 1;
}

var precision = PrecisionOf(options.FirstOrDefault());
// libtorch's own memory is there before.
using (torch.ones(1))
{
}
var before = ProcessMemory.Resident();
var watch = Stopwatch.StartNew();
using var unet = UNet2DConditionModel.FromFolder(folder, torch.CPU, precision.ToScalarType());
var seconds = watch.Elapsed.TotalSeconds;
var size = unet.parameters().Sum(parameter => parameter.NumberOfElements * parameter.ElementSize);
var peak = ProcessMemory.Peak();
Console.WriteLine(FormattableString.Invariant(
    $"{precision}: {size / 1e6:f0} MB of parameters, loaded in {seconds:f1} s; peak {peak / 1e6:f0} MB resident, {before / 1e6:f0} MB before loading: {(double)(peak - before) / size:f3} of the parameters ({(double)peak / size:f3} with all of the process)."));
return 0;

static Precision PrecisionOf(string? text) => text is null ? Precision.Float32 : Enum.Parse<Precision>(text, ignoreCase: true);
