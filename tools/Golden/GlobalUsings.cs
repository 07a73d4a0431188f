// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Text.Json;
global using MLNet.SynthAugment.Diffusion;
global using MLNet.SynthAugment.Diffusion.Clip;
global using MLNet.SynthAugment.Diffusion.Pipelines;
global using MLNet.SynthAugment.Diffusion.Schedulers;
global using MLNet.SynthAugment.Diffusion.UNets;
global using static MLNet.SynthAugment.Diffusion.KeptScalars;
global using static TorchSharp.torch;
