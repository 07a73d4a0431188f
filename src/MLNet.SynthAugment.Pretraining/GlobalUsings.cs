// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Numerics;
global using MLNet.SynthAugment.Diffusion;
global using MLNet.SynthAugment.Diffusion.Clip;
global using SixLabors.ImageSharp;
global using SixLabors.ImageSharp.PixelFormats;
global using static MLNet.SynthAugment.Diffusion.KeptScalars;
global using static TorchSharp.torch;
