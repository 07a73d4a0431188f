// What many files use of other packages. A file names the rooms of its own project itself.

global using System.Text.Json;
global using System.Text.Json.Nodes;
global using Microsoft.ML;
global using Microsoft.ML.Data;
global using Microsoft.ML.Runtime;
global using MLNet.SynthAugment.Diffusion;
global using MLNet.SynthAugment.Diffusion.Images;
global using MLNet.SynthAugment.FewShot;
global using SixLabors.ImageSharp;
global using TorchSharp.Modules;
global using static MLNet.SynthAugment.Diffusion.KeptScalars;
global using static TorchSharp.torch;
